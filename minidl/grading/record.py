"""What is kept of a hand-in: one JSON file, from which all results are made.

The same hand-in, assignment and version give the same bytes: a record knows no times, no paths and
no machine.
"""

import contextlib
import hashlib
import json
import os

import minidl
from minidl.assignment.outcome import marks_from_dict
from minidl.grading.blank import nothing
from minidl.storage import replacing
from minidl.students.telling import one_line

FORMAT = 1
GRADED, REFUSED, ERROR = "graded", "refused", "grader error"
NOT_FINISHED, SPEED_TO_COME = "not finished", "speed to come"
FINISHED = (GRADED, REFUSED)
KEYS = {
    "format", "id", "from", "status", "says", "files", "hand-in", "assignment", "title", "bundle",
    "minidl", "notes", "points", "out_of", "marks",
}  # fmt: skip


def new_record(submission, taken, assignment, bundle_hash):
    """Return the record of a hand-in of which nothing is known yet but what was taken from it.

    Parameters
    ----------
    submission : minidl.grading.Submission
    taken : minidl.grading.Taken
    assignment : minidl.assignment.Assignment
    bundle_hash : str
    """
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in taken.files.items()}
    whole = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
    record = {
        "format": FORMAT,
        "id": submission.id,
        "from": one_line(submission.name),
        "files": hashes,
        "hand-in": whole,
        "assignment": assignment.name,
        "title": one_line(assignment.title),
        "bundle": bundle_hash,
        "minidl": minidl.__version__,
        "notes": [one_line(note) for note in taken.notes],
    }
    if taken.refused:
        return marked(record, REFUSED, nothing(assignment, "not attempted"), taken.refused)
    return marked(record, NOT_FINISHED, nothing(assignment, "skipped"), "it is still to be graded")


def marked(record, status, marks, says=""):
    """Return a record with other marks and another status."""
    return {
        **record,
        "status": status,
        "says": one_line(says),
        "points": marks.points,
        "out_of": marks.out_of,
        "marks": marks.as_dict(),
    }


def is_same(record, other):
    """Return whether two records are of the same files, marked with the same bundle and version."""
    keys = ("id", "hand-in", "assignment", "bundle", "minidl")
    return all(record[key] == other[key] for key in keys)


def as_bytes(record):
    """Return a record as it is written."""
    return (json.dumps(record, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def write_record(folder, record):
    """Write a record, whole or not at all, unless it stands there already."""
    write_new(os.path.join(folder, f"{record['id']}.json"), as_bytes(record))


def write_new(path, data):
    """Write a file whole or not at all, unless it holds these bytes already."""
    with contextlib.suppress(OSError), open(path, "rb") as file:
        if file.read() == data:
            return
    with replacing(path) as file:
        file.write(data)


def read_record(path):
    """Read what :func:`write_record` wrote.

    Raises
    ------
    ValueError
        If it is damaged, or something else.
    """
    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        if set(record) != KEYS:
            raise ValueError("it is no record of a hand-in")
        if record["format"] != FORMAT:
            raise ValueError(f"it has format {record['format']!r}, and {FORMAT} is read here")
        marks_from_dict(record["marks"])
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"grade: {path!r} cannot be read ({error}); delete it, and grade with --resume"
        ) from None
    return record


def record_ids(folder):
    """Return the ids of all records of a folder, sorted."""
    names = [name for name in os.listdir(folder) if name.endswith(".json") and name[0] != "."]
    return sorted(name.removesuffix(".json") for name in names)


def cleaned(node, *folders):
    """Return a tree of dicts and lists in which `one_line` has gone over all texts."""
    if isinstance(node, str):
        return one_line(node, folders)
    if isinstance(node, dict):
        return {key: cleaned(value, *folders) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [cleaned(value, *folders) for value in node]
    return node
