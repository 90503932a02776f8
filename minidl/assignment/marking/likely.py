"""Likely causes of what is wrong with a layer, found as ``minidl check`` finds them."""

import numpy as np

from minidl.assignment.cases.drawing import pass_of_task
from minidl.assignment.cases.trial import Cache
from minidl.assignment.marking.calling import Failed
from minidl.assignment.marking.verdicts import NoArray
from minidl.check.case import Case
from minidl.check.cases import traits_of
from minidl.check.judge import judge
from minidl.check.observe import Observation
from minidl.check.reference import Prepared, names_of
from minidl.students import WrongResult
from minidl.twins import TWINS

MOST = 3  # causes


def likely_causes(task, seen):
    """Return what may be wrong with a task's function, the most likely causes first.

    Parameters
    ----------
    task : Task
    seen : iterable of Observed or Failed
        Of cases that its student may know.

    Returns
    -------
    tuple of str
        Empty for a task that is no layer.
    """
    if not task.layer:
        return ()
    which = pass_of_task(task)
    observations = [_observation(task, which, one) for one in seen]
    cases = [one.prepared.case for one in observations]
    with np.errstate(all="ignore"):
        findings = judge(which, observations, traits_of(TWINS[task.layer], cases))
    causes = {}
    for finding in findings:
        if finding.status == "failed":
            where = f"wrong only where {finding.where}" if finding.where else ""
            causes |= dict.fromkeys(finding.likely[:1] or ([where] if where else []))
    return tuple(causes)[:MOST]


def _observation(task, which, seen):
    """Return what was seen in a case as ``minidl check`` has it."""
    prepared = _prepared(task, which, seen.trial)
    if isinstance(seen, Failed):
        return Observation(prepared, {which: seen.error}, {})
    first = seen.first
    try:
        list(seen.results())
    except NoArray as error:
        first = WrongResult(f"{task.function}: {error}")
    return Observation(prepared, {which: first}, {which: seen.again} if seen.again else {})


def _prepared(task, which, trial):
    twin, arguments, dout, cache = TWINS[task.layer], trial.arguments, None, None
    if which == "backward" and isinstance(arguments[-1], Cache):
        dout, arguments = arguments[0], arguments[-1].arguments
        own = [dict(a) if isinstance(a, dict) else a for a in arguments]
        cache = twin.naive[0](*own)[1]
    case = Case(arguments, trial.dtype, trial.layout, name=trial.name)
    names = names_of(twin, which)
    right = dict(zip(names, trial.right.values(), strict=False))
    right |= {name: value for name, value in trial.right.items() if "[" in name}
    return Prepared(case, twin, cache, dout, {which: right})
