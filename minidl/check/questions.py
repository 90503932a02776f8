"""The questions of a check, each asked of all cases of one pass."""

from dataclasses import dataclass, field

import numpy as np

from minidl.check.causes import from_little, from_messages, from_values, from_wrong_shapes
from minidl.check.evidence import CLOSE_NUMERICAL, Evidence, compare_values
from minidl.check.finding import Wrong
from minidl.check.wrong import (
    SAME_MEMORY,
    change_in_words,
    dtype_in_words,
    other_result,
    shape_is_wrong,
)
from minidl.students import Call, CallFailed

STATE = (
    "equal calls must give equal results, and this depends on what was before: something is kept "
    "between calls (a global list, an array that is filled again), random numbers are drawn, or a "
    "call uses up its cache"
)
REUSED = (
    "the same array is returned by every call, so that a later call changes an earlier result: "
    "make a new one, np.zeros or np.empty, in each call; nothing may be kept between calls"
)
IN_PLACE = (
    "{0} was changed in place (by =, +=, out= or a method that sorts or fills): work on a copy"
)
DICT_CHANGED = (
    "{0} was changed, and the caller will pass the same dict again: read it by [key] or get, and "
    "keep what is new in variables"
)
WIDENED = (
    "float32 came in, float64 came out: is an array made without a dtype, which is "
    "np.zeros(shape, dtype=x.dtype), or are whole numbers mixed in?"
)
NARROWED = "{0} has fewer digits than {1}: make arrays with dtype=x.dtype"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out of one question.

    Attributes
    ----------
    name : str
        What was asked: "values of dx".
    asked : list of Observation
        The cases in which it could be asked.
    wrong : dict of Observation to Wrong
    causes : list of str
        Likely ones, as far as what was returned tells them.
    little : list of str
        What is left to say where nothing else tells a cause.
    """

    name: str
    asked: list
    wrong: dict
    causes: list = field(default_factory=list)
    little: list = field(default_factory=list)


class Questions:
    """All that can be asked about one pass.

    Parameters
    ----------
    which : str
        The pass.
    observations : list of Observation
    """

    def __init__(self, which, observations):
        self._which = which
        self._seen = [seen for seen in observations if seen.first.get(which) is not None]
        self._calls = [seen for seen in self._seen if isinstance(seen.first[which], Call)]
        self._twin = observations[0].prepared.twin
        self.names = next(
            (list(s.prepared.right[which]) for s in observations if which in s.prepared.right), []
        )

    def runs(self):
        """Ask whether the call returned so many arrays."""
        failures = {seen: seen.first[self._which] for seen in self._seen}
        failures = {seen: one for seen, one in failures.items() if isinstance(one, CallFailed)}
        wrong = {seen: Wrong(str(failure)) for seen, failure in failures.items()}
        read_only = wrong and all("read-only" in what.says for what in wrong.values())
        causes = [IN_PLACE.format("an input")] if read_only else []
        little = from_messages([what.says for what in wrong.values()])
        return Answer("runs", self._seen, wrong, causes, little)

    def shapes(self):
        """Ask whether all results have the right shape, and whether they are there."""
        wrong, evidence = {}, []
        for seen in self._calls:
            for name in self.names:
                got, expected = self._result(seen, name)
                says = shape_is_wrong(name, got, expected)
                if says:
                    wrong.setdefault(seen, Wrong(says))
                    if got is not None and expected is not None:
                        evidence.append(Evidence(seen.prepared, self._which, name, got, expected))
        first = [one for one in evidence if one.name == evidence[0].name]
        causes = from_wrong_shapes(self._twin.name, first) if first else []
        return Answer(f"shape of {', '.join(self.names)}", self._calls, wrong, causes)

    def values(self, name):
        """Ask whether the numbers of a result are those of the reference."""
        asked, wrong, right, evidence = [], {}, [], []
        for seen in self._calls:
            got, expected = self._result(seen, name)
            if got is None or expected is None or got.shape != expected.shape:
                continue
            asked.append(seen)
            one = Evidence(seen.prepared, self._which, name, got, expected)
            what = compare_values(name, got, expected, one.tolerance)
            if what is None:
                right.append(one)
            else:
                wrong[seen] = what
                evidence.append(one)
        causes = from_values(self._twin.name, evidence, right)
        little = from_little(evidence, right)
        return Answer(f"values of {name}", asked, wrong, causes, little)

    def numerical(self, name):
        """Ask whether a gradient is the slope of the reference's forward pass."""
        asked, wrong = [], {}
        for seen in self._calls:
            expected = seen.prepared.numerical.get(name)
            got, _ = self._result(seen, name)
            if expected is None or got is None or got.shape != expected.shape:
                continue
            asked.append(seen)
            what = compare_values(name, got, expected, CLOSE_NUMERICAL)
            if what is not None:
                wrong[seen] = what
        return Answer(f"{name} against a numerical gradient", asked, wrong)

    def has_numerical(self, name):
        """Whether there is a numerical gradient for this result."""
        return any(name in seen.prepared.numerical for seen in self._seen)

    def dtypes(self):
        """Ask whether arrays come out in the dtype that came in; a loss may be any number."""
        names = [name for name in self.names if name != "loss"]
        wrong, causes = {}, []
        for seen in self._calls:
            dtype = seen.prepared.case.dtype
            for name in names:
                got, _ = self._result(seen, name)
                if got is not None and got.dtype != dtype:
                    wrong[seen] = Wrong(dtype_in_words(name, got.dtype, dtype))
                    causes = _of_other_dtype(np.dtype(dtype), got.dtype)
        return Answer(f"dtype of {', '.join(names)}", self._calls, wrong, causes)

    def unchanged(self):
        """Ask whether arguments are as they were, but for what the contract lets a pass set."""
        wrong, causes = {}, []
        for seen in self._calls:
            for change in seen.first[self._which].changes:
                if change.key in self._twin.writes:
                    continue
                wrong[seen] = Wrong(change_in_words(change))
                kind = IN_PLACE if change.key is None else DICT_CHANGED
                causes = [kind.format(change.argument)]
        return Answer("inputs unchanged", self._calls, wrong, causes)

    def repeated(self):
        """Ask whether the same call gives the same again, in an array of its own."""
        asked, wrong, causes = [], {}, [STATE]
        for seen in self._calls:
            again = seen.again.get(self._which)
            if again is None:
                continue
            asked.append(seen)
            what = other_result(self.names, seen.first[self._which], again)
            if what is not None:
                wrong[seen] = what
            elif again.reused:
                wrong[seen] = Wrong(SAME_MEMORY)
                causes = [REUSED]
        return Answer("the same again when called again", asked, wrong, causes)

    def _result(self, seen, name):
        """Return what was returned under a name, and what is right; None where there is none."""
        call, expected = seen.first[self._which], seen.prepared.right[self._which][name]
        place = self.names.index(name)
        returned = place < len(call.values)  # or it is an entry of a dict
        got = call.values[place] if returned else _entry(seen.prepared, call, name)
        is_numbers = isinstance(got, (int, float, np.ndarray, np.generic))
        return (
            np.asarray(got) if is_numbers else None,
            None if expected is None else np.asarray(expected),
        )


def _of_other_dtype(came_in, came_out):
    """Return the likely cause of another dtype in a list, empty for the rarer ones."""
    if (came_in, came_out) == (np.float32, np.float64):
        return [WIDENED]
    if came_out.kind == "f" and came_out.itemsize < came_in.itemsize:
        return [NARROWED.format(came_out, came_in)]
    return []


def _entry(prepared, call, name):
    """Return what a dict holds after a call: what the call has put there, or what it held."""
    held = {
        f"{argument}[{key!r}]": value
        for argument, entries in prepared.arguments.items()
        if isinstance(entries, dict)
        for key, value in entries.items()
    }
    held |= {f"{c.argument}[{c.key!r}]": c.after for c in call.changes if c.key is not None}
    return held.get(name)
