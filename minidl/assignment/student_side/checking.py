"""A student's check: public cases of some tasks or all, in the folder of the hand-out."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import minidl
from minidl.assignment.definition.versions import within
from minidl.assignment.encoding import unreadable
from minidl.assignment.marking.marking import mark
from minidl.assignment.marking.workers import box_for
from minidl.assignment.outcome import Marks
from minidl.assignment.points import hidden_points
from minidl.assignment.student_side.handed import AGAIN, open_handed
from minidl.geometry import positive
from minidl.spelling import near_miss
from minidl.students.pyx import Builds

KEPT = ".minidl/builds"  # where compiled files are kept between checks
KEPT_BUILDS = 8  # two for each state of a file


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes
    ----------
    assignment : Assignment
    marks : Marks
        Of the tasks that were asked for, public checks alone.
    notes : tuple of str
        What is odd about the folder.
    """

    assignment: object
    marks: Marks
    notes: tuple

    @property
    def passed(self):
        """Whether all that was checked is right."""
        return all(task.status == "passed" for task in self.marks.tasks)

    @property
    def hidden_points(self):
        """What hidden checks of the same tasks decide."""
        return sum(hidden_points(self.assignment.task(task.id)) for task in self.marks.tasks)

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        return {
            "assignment": self.assignment.name,
            "passed": self.passed,
            **self.marks.as_dict(),
            "hidden_points": self.hidden_points,
            "notes": list(self.notes),
        }


def check(folder=".", tasks=(), limit=None):
    """Check what a student has written against the public cases.

    Parameters
    ----------
    folder : path-like
        Of the hand-out.
    tasks : sequence of str
        Ids of tasks, or files for all of theirs; by default all.
    limit : float, optional
        Seconds for each call, instead of the assignment's.

    Returns
    -------
    Checked

    Raises
    ------
    ValueError
        If it is another folder, or there is no such task.
    """
    handed = open_handed("check", folder)
    assignment = handed.assignment
    only = chosen("check", assignment, tasks)
    trials = handed.trials()
    if limit is not None:
        seconds = positive("check", "limit", limit)
        assignment = replace(assignment, limits=replace(assignment.limits, seconds=seconds))
    limits = assignment.limits
    kept = Path(folder, KEPT)
    builds = Builds(kept, limits.build_seconds, limits.memory_mb)
    marks = mark(
        assignment,
        handed.folder.resolve(),
        trials,
        parts=("public",),
        only=only,
        box=box_for(limits, confine=False),  # it is the student's own code, on an own machine
        builds=builds,
        hints=True,
    )
    _prune(kept)
    return Checked(assignment, marks, tuple(_notes(handed, marks)))


def chosen(op, assignment, names):
    """Return the ids of the tasks that are meant, in the assignment's order; None for all.

    Parameters
    ----------
    op : str
        The operation to name in an error.
    assignment : Assignment
    names : iterable of str
        Ids, functions, or files.

    Raises
    ------
    ValueError
        If one is none of these; near misses are named.
    """
    meant = set()
    for name in names:
        file = os.path.basename(name)
        found = {t.id for t in assignment.tasks if name in (t.id, t.function) or file == t.file}
        if not found:
            ids = [task.id for task in assignment.tasks]
            hint = near_miss(name, ids) or f"; there are {', '.join(ids)}"
            raise ValueError(f"{op}: there is no task {name!r}{hint}")
        meant |= found
    return [task.id for task in assignment.tasks if task.id in meant] or None


def require_tasks(file, *tasks):
    """End a script with a message if tasks that it needs are not right yet.

    Parameters
    ----------
    file : path-like
        The script, which lies in the folder of the hand-out: ``__file__``.
    *tasks : str
        What it needs; by default all tasks.
    """
    path = Path(file).absolute()
    try:
        checked = check(path.parent, tasks)
    except (ImportError, OSError, ValueError) as error:
        raise SystemExit(str(error)) from None
    missing = [task for task in checked.marks.tasks if task.status != "passed"]
    if missing:
        width = max(len(task.id) for task in missing)
        lines = [f"  {task.id:{width}}  {task.status}" for task in missing]
        command = "minidl assignment check" + "".join(f" {task.id}" for task in missing[:3])
        raise SystemExit(
            "\n".join([f"{path.name} needs these tasks first:", *lines, f"see {command}"])
        )


def _notes(handed, marks):
    assignment = handed.assignment
    if not within(minidl.__version__, assignment.minidl):
        yield (
            f"this is minidl {minidl.__version__}, and the assignment is made for "
            f'{assignment.minidl}; run pip install "minidl{assignment.minidl}"'
        )
    missing = set(handed.missing())
    for name in (*assignment.editable, *assignment.given):
        if name in missing:
            yield f"{name} is missing{AGAIN}"
    for name in {assignment.task(task.id).file: None for task in marks.tasks}:
        if name not in missing:
            yield from filter(None, [unreadable(name, (handed.folder / name).read_bytes())])
    for name in handed.changed():
        if name in assignment.given:
            yield f"{name} is not as it was handed out; the grader uses the one handed out"


def _prune(folder):
    """Keep the newest builds only."""
    entries = [path for path in folder.glob("*") if path.is_dir()]
    entries.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in entries[KEPT_BUILDS:]:
        shutil.rmtree(path, ignore_errors=True)
