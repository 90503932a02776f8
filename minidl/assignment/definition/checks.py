"""Read the checks of a task, and see that their points and cases add up."""

import math
from dataclasses import replace

from minidl.assignment.cases.drawing import known_cases
from minidl.assignment.sources.functions import function_named
from minidl.assignment.spec import KINDS, Check
from minidl.spelling import near_miss

KEYS = ("kind", "points", "hidden_points", "public", "hidden")
SPEED_KEYS = (*KEYS, "against", "steps")
SHOWN = 20  # names of cases in a message
ALL = "all"  # instead of names: every case that is not public


def read_checks(entry, task, sources, folder):
    """Read the checks of a task.

    Parameters
    ----------
    entry : Entries
        The task's.
    task : Task
        Without checks.
    sources : Sources
    folder : path-like

    Returns
    -------
    tuple of Check
    """
    entries = entry.tables("checks")
    if not entries:
        entry.refuse("has no checks; begin one with [[tasks.checks]]", "checks")
    names = _known(entry, task, folder)
    checks = []
    for one in entries:
        checks.append(_check(one, task, names, sources, [check.kind for check in checks]))
    total = sum(check.points + check.hidden_points for check in checks)
    if not math.isclose(total, task.points, abs_tol=1e-9):
        entry.refuse(
            f"points is {task.points:g}, and the points of its checks add up to {total:g}", "points"
        )
    return tuple(checks)


def _known(entry, task, folder):
    try:
        return known_cases(task, folder)
    except ValueError as error:
        entry.refuse(str(error).removeprefix(f"task {task.id}: "), "cases")


def _check(entry, task, names, sources, earlier):
    kind = entry.text("kind")
    if kind not in KINDS:
        hint = near_miss(kind, KINDS) or f"; there are {', '.join(KINDS)}"
        entry.refuse(f"there is no check {kind!r}{hint}", "kind")
    if kind in earlier:
        entry.refuse(f"has two checks {kind!r}; put their cases into one", "kind")
    entry.whose += f"check {kind!r}: "
    entry.known(SPEED_KEYS if kind == "speed" else KEYS, {"name": "kind", "cases": "public"})
    if kind == "gradient" and task.which == "forward":
        entry.refuse("a forward pass returns no gradient; check 'values' instead", "kind")
    public = _names(entry, "public", names)
    hidden = _hidden(entry, public, names)
    check = Check(kind, public=public, hidden=hidden, n_hidden=len(hidden))
    if kind == "speed":
        return _speed(entry, check, sources)
    return replace(check, **_points(entry, check))


def _points(entry, check):
    points = entry.number("points", 0)
    hidden_points = entry.number("hidden_points", 0)
    if points and not check.public:
        entry.refuse(f"points {points:g} are for public cases, and there are none", "points")
    if hidden_points and not check.hidden:
        entry.refuse(
            f"hidden_points {hidden_points:g} are for hidden cases, and there are none",
            "hidden_points",
        )
    if not check.public and not check.hidden:
        entry.refuse("has no cases; name some in public or hidden")
    if check.hidden and not hidden_points:
        entry.refuse("there are hidden cases, and no hidden_points for them", "hidden")
    return {"points": points, "hidden_points": hidden_points}


def _names(entry, key, names):
    """Return names of cases, all of which there are."""
    found = entry.words(key)
    for k, name in enumerate(found):
        if name not in names:
            hint = near_miss(name, names) or f"; there are {_list(names)}"
            entry.refuse(f"{key}: there is no case {name!r}{hint}", key, k)
    return found


def _list(names):
    shown = ", ".join(map(repr, names[:SHOWN]))
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _hidden(entry, public, names):
    if entry.facts.get("hidden") not in (ALL, [ALL]):
        return _names(entry, "hidden", names)
    rest = tuple(name for name in names if name not in public)
    if not rest:
        entry.refuse("hidden = 'all' is empty: every case is public", "hidden")
    return rest


def _speed(entry, check, sources):
    against, steps = entry.text("against"), entry.pairs("steps")
    file, _, function = against.partition(":")
    if file not in sources.editable:
        hint = near_miss(file, sources.editable) or f"; there are {', '.join(sources.editable)}"
        entry.refuse(
            f"against must be file:function of an editable file, got {against!r}{hint}", "against"
        )
    try:
        function_named(sources.lexed(file), function)
    except ValueError as error:
        entry.refuse(f"against: {error}", "against")
    if not steps:
        entry.refuse("steps is missing; give pairs of a ratio and its points: [[10, 4], [50, 8]]")
    for k in range(1, len(steps)):
        if any(later <= before for later, before in zip(steps[k], steps[k - 1], strict=True)):
            entry.refuse(
                f"steps must rise, ratios and points, got {_shown(steps[k - 1])} before "
                f"{_shown(steps[k])}",
                "steps",
                k,
            )
    if steps[0][0] <= 0 or steps[0][1] <= 0:
        entry.refuse(f"ratios and points must be above 0, got {_shown(steps[0])}", "steps", 0)
    points = entry.number("points", steps[-1][1])
    if points != steps[-1][1]:
        entry.refuse(
            f"points is {points:g}, and the last of steps gives {steps[-1][1]:g}", "points"
        )
    if entry.number("hidden_points", 0):
        entry.refuse("speed has no hidden_points", "hidden_points")
    return replace(check, points=points, against=against, steps=steps)


def _shown(step):
    return "[" + ", ".join(f"{number:g}" for number in step) + "]"
