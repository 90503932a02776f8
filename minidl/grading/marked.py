"""Grade one hand-in, here or wherever this is called: its files in, its record out."""

import contextlib
import os
import shutil
import stat
import tempfile
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import minidl
from minidl.assignment.encoding import unreadable
from minidl.assignment.outcome import Marks
from minidl.grading import speed_apart
from minidl.grading.blank import nothing
from minidl.grading.parcel import unpacked
from minidl.grading.record import (
    ERROR,
    GRADED,
    SPEED_TO_COME,
    cleaned,
    marked,
)
from minidl.students.telling import one_line


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of grading a hand-in.

    Attributes
    ----------
    record : dict
    log : str
        Where the grader itself failed, as only the instructor should see it; or "".
    seconds : float
    """

    record: dict
    log: str
    seconds: float


def grade_one(record, files, parcel, confinement=None, speed=False, mark=None):
    """Grade a hand-in.

    Parameters
    ----------
    record : dict
        As :func:`minidl.grading.record.new_record` made it; of a hand-in whose speed is to be
        measured, as this function made it.
    files : dict of str to bytes
        What was taken from the hand-in.
    parcel : minidl.grading.parcel.Parcel
    confinement : minidl.grading.confinement.Confinement, optional
        How code that was handed in is kept apart.
    speed : bool
        Measure the speed of what is right already, instead of all else.
    mark : callable, optional
        Instead of :func:`minidl.assignment.marking.marking.mark`.

    Returns
    -------
    Graded
        Also where the grader fails: then the hand-in has no points, and its status says so.
    """
    start = time.perf_counter()
    with _workplace() as folder:
        try:
            _require_version(record["minidl"])
            marks = _marks(record, files, parcel, folder, confinement, speed, mark or _mark())
            log, new = "", _outcome(record, marks, parcel.assignment, speed)
        except Exception as error:  # whatever it is, the other hand-ins are not to suffer from it
            log, new = traceback.format_exc(), failed(record, error, parcel.assignment)
        new = cleaned(new, folder, os.path.realpath(folder))
    return Graded(new, log, time.perf_counter() - start)


def failed(record, error, assignment):
    """Return the record of a hand-in over which the grader stumbled."""
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return marked(record, ERROR, nothing(assignment, "grader error"), one_line(words))


def _mark():
    from minidl.assignment.marking.marking import mark

    return mark


def _require_version(version):
    if version != minidl.__version__:
        raise RuntimeError(
            f"this worker has minidl {minidl.__version__}, and the one who grades has {version}; "
            "install the same everywhere"
        )


def _marks(record, files, parcel, folder, confinement, speed, mark):
    """Lay the files out and mark them."""
    files_folder = Path(folder, "hand-in")
    files_folder.mkdir()
    with unpacked(parcel, Path(folder, "bundle")) as bundle:
        for name in (*bundle.assignment.editable, *bundle.assignment.given):
            data = files.get(name)
            if name in bundle.assignment.given:
                data = (bundle.handout / name).read_bytes()
            if data is not None:
                path = Path(files_folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        options = {"stand_ins": bundle.stand_ins, "hints": True}
        if confinement is not None:
            options |= confinement.options(bundle.assignment, bundle.folder, folder)
        if speed:
            return speed_apart.second(mark, record, bundle, files_folder, options)
        marks = speed_apart.first(mark, bundle, files_folder, options)
    return Marks(tuple(_in_words(task, parcel.assignment, files) for task in marks.tasks))


def _in_words(outcome, assignment, files):
    """Say of a task whose file is no text that it is none; Python has no good words for it."""
    file = assignment.task(outcome.id).file
    why = unreadable(file, files[file]) if file in files and outcome.status != "passed" else ""
    return replace(outcome, says=why) if why else outcome


def _outcome(record, marks, assignment, speed):
    for task in marks.tasks:
        if task.status == "grader error":
            return marked(record, ERROR, marks, f"{task.id}: {task.says}")
    if not speed and speed_apart.is_due(assignment, marks):
        return marked(record, SPEED_TO_COME, marks, "its speed is still to be measured")
    return marked(record, GRADED, marks)


@contextlib.contextmanager
def _workplace():
    """Make a folder for one hand-in, and remove it whatever was done to it."""
    folder = tempfile.mkdtemp(prefix="minidl-")
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder, onerror=_try_again)
        finally:  # also if Ctrl-C comes just then
            shutil.rmtree(folder, ignore_errors=True)


def _try_again(function, path, _):
    """Remove what could not be removed because somebody took the right to it away."""
    with contextlib.suppress(OSError):
        os.chmod(os.path.dirname(path), stat.S_IRWXU)
        if not os.path.islink(path):
            os.chmod(path, stat.S_IRWXU)
        function(path)
