"""From observations to findings: what is wrong, in which cases, and why, as far as that shows."""

from dataclasses import replace

import numpy as np

from minidl.check.causes import from_traits
from minidl.check.finding import Finding
from minidl.check.questions import Questions
from minidl.students import NotWritten


def judge(which, observations, traits):
    """Return the findings about one pass, in the order of the report.

    Parameters
    ----------
    which : str
        The pass.
    observations : list of Observation
    traits : tuple of Trait
        In which the cases differ.

    Returns
    -------
    list of Finding
    """
    ask = Questions(which, observations)
    runs = ask.runs()
    if any(isinstance(seen.first.get(which), NotWritten) for seen in observations):
        return [Finding(which, "runs", "not written", len(runs.asked))]
    count = len(runs.asked)
    if len(runs.wrong) == count:  # nothing came back that could be looked at
        return [_finding(which, runs, traits, count)]
    shapes, values = ask.shapes(), [ask.values(name) for name in ask.names]
    # A case counts as right beside one that fails or has a wrong shape if all of it is right.
    spoiled = {seen for answer in (runs, shapes, *values) for seen in answer.wrong}
    found = [_finding(which, answer, traits, count, spoiled) for answer in (runs, shapes)]
    rest = [*values, *(ask.numerical(name) for name in ask.names if ask.has_numerical(name))]
    found += [_finding(which, answer, traits, count) for answer in [*rest, ask.dtypes()]]
    # Where inputs change or something is kept, comparing cases tells no other cause.
    for answer in (ask.unchanged(), ask.repeated()):
        root = _finding(which, answer, traits, count)
        if root.status == "failed":
            found = [_because_of(root, one) for one in found]
        found.append(root)
    return found


def _finding(which, answer, traits, cases, spoiled=frozenset()):
    """Return the finding of one answer.

    Of ``cases`` cases there are in all, ``spoiled`` ones are right in this, and wrong in others.
    """
    if not answer.asked:
        return Finding(which, answer.name, "not reached", 0)
    if not answer.wrong:
        return Finding(which, answer.name, "ok", len(answer.asked))
    right = [seen for seen in answer.asked if seen not in answer.wrong]
    all_right = [seen for seen in right if seen not in spoiled]
    right = all_right if 4 * len(all_right) >= len(answer.asked) else right
    where, of_traits = "", []
    if 2 * len(answer.asked) > cases:  # or the others, in which more went wrong, are the story
        where, of_traits = from_traits(traits, *map(_cases, (answer.wrong, right)))
    smallest = min(answer.wrong, key=lambda seen: _size(seen.prepared.case))
    return Finding(
        which,
        answer.name,
        "failed",
        len(answer.asked),
        len(answer.wrong),
        smallest.prepared.words(),
        answer.wrong[smallest],
        where,
        tuple(answer.causes or of_traits or answer.little),
        exact=bool(answer.causes),
    )


def _because_of(root, finding):
    """Return a finding with the cause of another one, unless its own numbers tell a cause."""
    if finding.status != "failed" or finding.exact:
        return finding
    return replace(finding, likely=root.likely, where="")


def _cases(observations):
    return [seen.prepared.case for seen in observations]


def _size(case):
    return sum(a.size for a in case.arguments if isinstance(a, np.ndarray))
