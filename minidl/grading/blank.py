"""Marks of what was not run: no points, and all that could have been reached."""

from minidl.assignment.outcome import CheckOutcome, Marks, TaskOutcome


def nothing(assignment, status):
    """Return the marks of a hand-in none of whose checks was run, all with one status."""
    return Marks(tuple(_task(task, status) for task in assignment.tasks))


def _task(task, status):
    checks = tuple(outcome for check in task.checks for outcome in not_run(check, status))
    return TaskOutcome(task.id, task.title, status, 0, task.points, checks=checks)


def not_run(check, status):
    """Return the outcomes of a check's parts, where none of its cases was run."""
    parts = (
        ("public", check.points, len(check.public)),
        ("hidden", check.hidden_points, check.n_hidden or len(check.hidden)),
    )
    return [
        CheckOutcome(check.kind, part, status, 0, points, cases, 0)
        for part, points, cases in parts
        if points or cases
    ]
