"""Speed is measured after all else, one hand-in at a time, and put together with the rest.

Several hand-ins that are graded at once take each other's processors, caches and memory: that
changes no result, but a time.  So the assignment is marked without its speed checks first, and the
tasks that are right then are marked once more, with them.
"""

from dataclasses import replace

from minidl.assignment.outcome import Marks, marks_from_dict
from minidl.grading.blank import not_run


def first(mark, bundle, folder, options):
    """Mark everything but speed; return the marks of all tasks, with speed as not run."""
    bare = replace(
        bundle.assignment, tasks=tuple(_without_speed(task) for task in bundle.assignment.tasks)
    )
    marks = mark(bare, folder, bundle.trials, **options)
    by_id = {outcome.id: outcome for outcome in marks.tasks}
    return Marks(
        tuple(_with_speed_to_come(task, by_id[task.id]) for task in bundle.assignment.tasks)
    )


def is_due(assignment, marks):
    """Return whether there is a speed to measure: of a task that is right."""
    return bool(_due(assignment, marks))


def second(mark, record, bundle, folder, options):
    """Mark the tasks whose speed is due, and return them together with the marks of the others."""
    before = marks_from_dict(record["marks"])
    due = _due(bundle.assignment, before)
    after = mark(bundle.assignment, folder, bundle.trials, only=due, **options)
    new = {outcome.id: outcome for outcome in after.tasks if outcome.id in due}
    return Marks(tuple(new.get(outcome.id, outcome) for outcome in before.tasks))


def _due(assignment, marks):
    speedy = {task.id for task in assignment.tasks if _speed_of(task)}
    return tuple(task.id for task in marks.tasks if task.id in speedy and task.status == "passed")


def _speed_of(task):
    return [check for check in task.checks if check.kind == "speed"]


def _without_speed(task):
    if not _speed_of(task):
        return task
    checks = tuple(check for check in task.checks if check.kind != "speed")
    return replace(task, checks=checks)


def _with_speed_to_come(task, outcome):
    """Return a task's outcome with its speed checks in their places, none of them run."""
    if not _speed_of(task):
        return outcome
    speed = [one for check in _speed_of(task) for one in not_run(check, "skipped")]
    return replace(outcome, checks=(*outcome.checks, *speed), out_of=task.points)
