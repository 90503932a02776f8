"""What must hold of cases before anybody is marked with them: what is right passes every check."""

from minidl.assignment.cases.references import returns_of
from minidl.assignment.marking.verdicts import Observed, verdict
from minidl.assignment.spec import PARTS
from minidl.students import Call, Change


def require_sound(task, part, check, trials):
    """Refuse a check that the reference fails, or that has nothing to look at.

    Parameters
    ----------
    task : Task
    part : str
    check : Check
    trials : tuple of Trial
        Its cases.

    Raises
    ------
    ValueError
    """
    whose = f"task {task.id}: its check {check.kind!r}"
    points = dict(zip(PARTS, (check.points, check.hidden_points), strict=True))[part]
    if not trials and points:
        raise ValueError(f"{whose} gives {points:g} points for {part} cases, and there are none")
    if check.kind == "speed" or not trials:
        return
    looked = False
    for trial in trials:
        right = _right_call(task, trial)
        says = verdict(check.kind, Observed(task, trial, right, right))
        looked |= says is not None
        if says:
            raise ValueError(f"{whose}, case {trial.name!r}: the reference itself fails, {says}")
    if not looked:
        raise ValueError(
            f"{whose} has nothing to look at in any of its {part} cases{_why(check.kind)}"
        )


def _right_call(task, trial):
    """Return the call of a function that does everything right."""
    values = tuple(trial.right[name] for name in returns_of(task))
    changes = tuple(
        Change(name.partition("[")[0], name.partition("['")[2][:-2], None, None, value)
        for name, value in trial.right.items()
        if name not in returns_of(task)
    )
    return Call(values, None, 0.0, changes, reused=False)


def _why(kind):
    if kind == "gradient":
        return "; slopes need a case in float64 that is smooth somewhere, and results named d..."
    if kind == "dtype":
        return "; single numbers may have any dtype"
    return ""
