"""What a student is told of a task: nothing of hidden cases but whether they passed.

The words about a hidden check would give its inputs away, number by number, to whoever hands in
often enough.  So would the words of an error that was raised beside a function of the reference
give that function away: it can be read there.  All results for students are made from here.
"""

import re
from dataclasses import dataclass

RAISED = re.compile(r"\b(raised \w{1,60})\b.*")


@dataclass(frozen=True, slots=True)
class CheckView:
    """One part of a check.

    Attributes
    ----------
    name : str
        "values, hidden cases".
    part, status : str
    points, out_of : float
    told : tuple of str
        What failed and why, a line each.
    """

    name: str
    part: str
    status: str
    points: float
    out_of: float
    told: tuple


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task, as a student sees it.

    Attributes
    ----------
    id, title, status : str
    points, out_of : float
    override : str
        How and why its points were changed, or "".
    says : str
    replaced, likely : tuple of str
    checks : tuple of CheckView
    """

    id: str
    title: str
    status: str
    points: float
    out_of: float
    override: str
    says: str
    replaced: tuple
    likely: tuple
    checks: tuple


def for_student(line):
    """Return what a student may know of a task."""
    task = line.task
    if task.status == "grader error":
        return _view(line, "the grader failed here, not you", ())
    failed = [check for check in task.checks if check.status != "passed"]
    public = [check for check in failed if check.part == "public"]
    if not public and failed:
        says = "public checks passed, and hidden ones did not"
    elif any(
        check.failed for check in failed
    ):  # then what is said of the task may be of hidden ones
        says = next((_told(check)[0] for check in public if _told(check)), "")
    else:  # it was not run at all, which is no secret
        says = task.says
    return _view(line, _kept_short(says, task), task.likely if public else ())


def _kept_short(says, task):
    """Return what is said of a task, without words of its own code where the reference was."""
    return RAISED.sub(r"\1", says) if task.replaced else says


def _view(line, says, likely):
    task = line.task
    checks = tuple(_check(check, task) for check in task.checks)
    facts = (task.id, task.title, task.status, line.points, task.out_of, line.changed, says)
    return TaskView(*facts, task.replaced, tuple(likely), checks)


def _check(check, task):
    is_told = check.part == "public" and task.status != "grader error"
    told = tuple(_kept_short(says, task) for says in _told(check)) if is_told else ()
    name = f"{check.kind}, {check.part} cases"
    return CheckView(name, check.part, check.status, check.points, check.out_of, told)


def _told(check):
    told = tuple(map(_case, check.failed))
    return (check.says, *told) if check.says else told


def _case(trial):
    case = f" ({trial.case})" if trial.case else ""
    return f"{trial.name}{case}: {trial.says}"
