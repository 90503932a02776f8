"""Find the hand-ins in what a course system exports, and give each a name of its own."""

import os
import re
import unicodedata
from dataclasses import dataclass, replace

from minidl.grading.taking.choosing import MOST_NAMED
from minidl.grading.taking.listing import is_junk, same_place, shown

PACKED = (".zip", ".gz", ".tgz", ".tar", ".rar", ".7z", ".xz", ".bz2", ".ipynb")
LONGEST = 80  # characters of an id
CANVAS = re.compile(r"(?P<who>[^_]+)(_LATE)?_(?P<number>\d+)_\d+_(?P<name>.+)")
MOODLE = re.compile(r"(?P<who>.+)_(?P<number>\d+)_assignsubmission_(file|onlinetext)_?")
RESERVED = re.compile(r"index|(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Submission:
    """One hand-in.

    Attributes
    ----------
    id : str
        Fit to be the name of a file, and no other's, also where case does not count.
    name : str
        Of the file or folder that it came in.
    paths : tuple of str
        More than one if its files came by themselves.
    """

    id: str
    name: str
    paths: tuple


def find_submissions(arguments, assignment, besides=()):
    """Return the hand-ins that paths stand for, and what else there is to say about them.

    A path is a hand-in, or a folder of them.  A folder is one hand-in if an editable file lies in
    it, if its name is that of a hand-in in an export of Moodle, or if it is one of several paths
    and holds a single thing.  Files by themselves whose names begin like those of one student in
    an export of Canvas are one hand-in.

    Parameters
    ----------
    arguments : sequence of path-like
    assignment : minidl.assignment.Assignment
    besides : sequence of path-like
        What is no hand-in wherever it lies: the results, say.

    Returns
    -------
    submissions : list of Submission
        In the order of the paths, and of names within a folder.
    notes : list of str

    Raises
    ------
    ValueError
        If there is no such path, or no hand-in at all.
    """
    arguments, notes, found = [os.fspath(path) for path in arguments], [], []
    for path in arguments:
        if not os.path.lexists(path):
            raise ValueError(f"grade: there is no {path!r}")
        if os.path.isdir(path) and not _is_one(path, assignment, len(arguments) > 1):
            found += _inside(path, assignment, notes)
        else:
            found.append(path)
    others = set(map(os.path.realpath, besides))
    found = {os.path.realpath(path): path for path in found}
    found = [path for real, path in found.items() if real not in others]
    if not found:
        raise ValueError(
            f"grade: {', '.join(map(repr, arguments))} holds no hand-in: no zip, no folder, and no "
            f"{' or '.join(assignment.editable)}"
        )
    return _told_apart(_grouped(found), notes), notes


def _is_one(path, assignment, one_of_several):
    name = os.path.basename(os.path.abspath(path))
    if MOODLE.fullmatch(name):
        return True
    if _holds_editable(path, assignment):
        return True
    inside = [name for name in os.listdir(path) if not is_junk(name)]
    return one_of_several and len(inside) <= 1


def _holds_editable(folder, assignment):
    return any(os.path.lexists(os.path.join(folder, file)) for file in assignment.editable)


def _might_be_one(path, assignment):
    """Whether what looks like junk may be somebody's work all the same."""
    name = os.path.basename(path)
    if os.path.isdir(path):
        return _holds_editable(path, assignment)
    return name.lower().endswith(PACKED) and not name.startswith("._")  # which macOS writes


def _inside(folder, assignment, notes):
    """Return what may be a hand-in in a folder of them."""
    endings = (*PACKED, *(os.path.splitext(name)[1] for name in assignment.editable))
    found, ignored = [], []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if is_junk(name):
            if _might_be_one(path, assignment):
                ignored.append(f"{shown(name)} (its name begins with a dot)")
            continue
        if os.path.islink(path):
            ignored.append(f"{shown(name)} (a link)")
        elif os.path.isdir(path) or name.lower().endswith(endings):
            found.append(path)
        else:
            ignored.append(shown(name))
    if ignored:
        more = f" and {len(ignored) - MOST_NAMED} more" if len(ignored) > MOST_NAMED else ""
        notes.append(f"no hand-ins: {', '.join(ignored[:MOST_NAMED])}{more}")
    return found


def _grouped(paths):
    """Return submissions, with the files of one student in an export of Canvas as one."""
    groups = {}
    for path in paths:
        canvas = CANVAS.fullmatch(os.path.basename(path))
        loose = canvas and not os.path.isdir(path) and not path.lower().endswith(PACKED)
        key = (canvas["who"], canvas["number"]) if loose else path
        groups.setdefault(key, []).append(path)
    return [
        Submission(_plain_id(group[0]), os.path.basename(os.path.abspath(group[0])), tuple(group))
        for group in groups.values()
    ]


def _plain_id(path):
    """Return an id from a path's name, without what is the same for all."""
    name = os.path.basename(os.path.abspath(path))
    stem = name if os.path.isdir(path) else os.path.splitext(name)[0]
    known = MOODLE.fullmatch(name) or CANVAS.fullmatch(name)
    stem = f"{known['who']}_{known['number']}" if known else stem.removesuffix(".tar")
    stem = unicodedata.normalize("NFC", stem.encode("utf-8", "replace").decode())
    stem = re.sub(r"[^\w.-]+", "_", stem)[:LONGEST].strip("._-")
    return f"_{stem}" if RESERVED.fullmatch(stem) else stem or "submission"


def _told_apart(submissions, notes):
    """Return submissions with different ids, whatever their case."""
    taken, result = set(), []
    plain = {same_place(submission.id) for submission in submissions}
    for submission in submissions:
        new, number = submission.id, 1
        while same_place(new) in taken or (number > 1 and same_place(new) in plain):
            number += 1
            new = f"{submission.id}-{number}"
        taken.add(same_place(new))
        if number > 1:
            notes.append(f"{shown(submission.name)} is called {new}: there is another")
        result.append(replace(submission, id=new))
    return result
