"""The README of a hand-out: what is to be done, what it is worth, and how to check it."""

import textwrap

from minidl.assignment.points import hidden_points, in_words, number, public_points

WIDTH = 100
STATUSES = {
    "passed": "all checks passed",
    "wrong": "a result is wrong, or the function raised an error",
    "crashed": "the function ended its process, say by reading a bad address",
    "timed out": "a call took longer than the limit",
    "out of memory": "it needed more memory than the limit",
    "not attempted": "it still raises `NotImplementedError`, or is missing",
    "skipped": "not looked at, because something that it needs is not written yet",
    "grader error": "a fault that is not yours: tell your instructor",
}
MEANINGS = {
    "shape": "results have the right shapes",
    "values": "they have the right values",
    "dtype": "float32 gives float32, and float64 gives float64",
    "purity": "arguments are not changed, results are new arrays that no later call changes, and "
    "the same arguments give the same results",
    "gradient": "gradients agree with differences of the forward pass",
    "speed": "it is as many times faster than the loops",
}


def readme(assignment, extra=()):
    """Return the text of the README.

    Parameters
    ----------
    assignment : Assignment
    extra : iterable of str
        Names of further files.
    """
    sections = [
        _head(assignment),
        _tasks(assignment),
        _start(assignment),
        _check(assignment, extra),
        _pack(assignment),
        _rules(assignment),
        _marking(assignment),
    ]
    return "\n\n".join(sections) + "\n"


def _head(assignment):
    count = len(assignment.tasks)
    tasks, whose = f"{count} functions are", "The docstring of each"
    if count == 1:
        tasks, whose = "One function is", "Its docstring"
    return f"# {assignment.title}\n\n" + _paragraph(
        f"{tasks} yours to write, for {in_words(assignment.points)}. {whose} says "
        "what it takes, what it returns, and the equation between the two. Write the code in place "
        "of the lines that raise `NotImplementedError`, and leave names and arguments as they are."
    )


def _tasks(assignment):
    rows = ["| task | what it is | file | public | hidden | points |", "|---|---|---|--:|--:|--:|"]
    for task in assignment.tasks:
        points = map(number, (public_points(task), hidden_points(task), task.points))
        rows.append(f"| `{task.id}` | {task.title} | `{task.file}` | {' | '.join(points)} |")
    sums = (sum(map(of, assignment.tasks)) for of in (public_points, hidden_points))
    points = map(number, (*sums, assignment.points))
    rows.append(f"| **all** | | | {' | '.join(points)} |")
    after = _paragraph(
        "*Public* points are decided by cases in this folder, which you can check yourself; "
        "*hidden* points by cases of the same kind with other numbers and sizes, which only the "
        "grader has."
    )
    speed = [line for task in assignment.tasks for line in _speed(task)]
    return "\n".join(["## Tasks", "", *rows, "", after, *speed])


def _speed(task):
    for check in task.checks:
        if check.kind == "speed" and check.steps:
            against = check.against.rpartition(":")[2]
            steps = ", ".join(f"{in_words(p)} from {r:g} times" for r, p in check.steps)
            yield "\n" + _paragraph(
                f"The speed of `{task.id}` is measured as a ratio to `{against}` of the solution: "
                f"{steps}."
            )


def _start(assignment):
    cython = _has_cython(assignment)
    needs = ", a C compiler" if cython else ""
    brings = "NumPy and Cython" if cython else "NumPy"
    return "\n\n".join(
        [
            "## Start",
            f"You need Python 3.11 or later{needs}, and minidl, which brings {brings}:",
            f'```sh\npip install "minidl{"[cython]" if cython else ""}{assignment.minidl}"\n```',
            "Run the commands below in this folder. The first says what is missing, and how to get "
            "it:",
            "```sh\nminidl assignment doctor\n```",
        ]
    )


def _check(assignment, extra):
    first = assignment.tasks[0].id
    text = (
        f"## Check\n\n```sh\nminidl assignment check {' ' * len(first)}  # all tasks\n"
        f"minidl assignment check {first}  # one of them\n```\n\n"
        + _paragraph(
            "Where something is wrong it names the case, what came out, what should have, and what "
            "the cause may be. Check as often as you like: nothing is sent anywhere."
        )
    )
    if "train.py" in extra:
        text += "\n\n" + _paragraph(
            "When the tasks pass, `python train.py` trains a net with your own code; until then it "
            "says what is missing."
        )
    return text


def _pack(assignment):
    names = " and ".join(f"`{name}`" for name in assignment.editable)
    return "## Pack and hand in\n\n```sh\nminidl assignment pack\n```\n\n" + _paragraph(
        f"makes one zip of {names}, which is what you hand in. Nothing else is taken from it: the "
        "grader has its own copies of all other files."
    )


def _rules(assignment):
    limits = assignment.limits
    rules = [f"Only these files are yours to change: {', '.join(assignment.editable)}."]
    if assignment.forbidden_imports:
        names = ", ".join(f"`{name}`" for name in assignment.forbidden_imports)
        rules.append(f"They must not import {names}.")
    for task in assignment.tasks:
        if task.forbidden_imports:
            names = ", ".join(f"`{name}`" for name in task.forbidden_imports)
            rules.append(f"For `{task.id}`, `{task.file}` must not import {names} either.")
    rules.append(
        f"A call may take {number(limits.seconds)} seconds and {limits.memory_mb} MiB of memory."
    )
    if _has_cython(assignment):
        rules.append(f"Compiling a file may take {number(limits.build_seconds)} seconds.")
    rules.append(
        "Functions are called with arrays, and only what they return counts; what they print does "
        "not."
    )
    return "## Rules\n\n" + "\n".join(_item(rule) for rule in rules)


def _marking(assignment):
    kinds = {check.kind for task in assignment.tasks for check in task.checks}
    checks = [_item(f"*{kind}*: {what}") for kind, what in MEANINGS.items() if kind in kinds]
    statuses = [_item(f"**{status}**: {what}") for status, what in STATUSES.items()]
    return "\n".join(
        [
            "## How tasks are marked",
            "",
            _paragraph(
                "Every task has several checks. The public half of a check gives its points if all "
                "of its cases pass, and so does the hidden half. A function that is wrong in every "
                "hidden case gets no points at all: it may know the public ones by heart. Checks "
                "ask whether"
            ),
            "",
            *checks,
            "",
            "A task ends in one of these:",
            "",
            *statuses,
            "",
            _paragraph(
                "Where a task is not right, later ones that need it are marked with the right "
                "solution in its place, so that one mistake costs its points only once."
            ),
        ]
    )


def _has_cython(assignment):
    return any(name.endswith(".pyx") for name in assignment.editable + assignment.given)


def _paragraph(text):
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def _item(text):
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="* ",
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
