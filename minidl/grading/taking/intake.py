"""Take from a hand-in the files that were asked for, and say what else was in it."""

import os
import re
import stat
from dataclasses import dataclass

from minidl.grading.taking.archive import list_zip
from minidl.grading.taking.choosing import bare, chosen, note_ignored, nothing
from minidl.grading.taking.folders import list_folder, read_file
from minidl.grading.taking.listing import MEBI, Listing, Refused, shown


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from a hand-in.

    Attributes
    ----------
    files : dict of str to bytes
        By name, editable files only.
    notes : tuple of str
        What else is worth saying, a line each.
    refused : str
        Why nothing is taken, or "".
    """

    files: dict
    notes: tuple = ()
    refused: str = ""


def take(source, assignment):
    """Take the editable files from a hand-in.

    Parameters
    ----------
    source : path-like, or sequence of them
        A zip, a folder, or files by themselves.  Where the editable files lie in one folder inside
        of it, they are taken from there.
    assignment : minidl.assignment.Assignment

    Returns
    -------
    Taken
        Whatever is in it: nothing of a hand-in raises an error.
    """
    paths = [source] if isinstance(source, (str, os.PathLike)) else list(source)
    notes = []
    try:
        if len(paths) == 1 and not _is_loose(paths[0], assignment):
            listing = _listed(os.fspath(paths[0]), assignment)
            listing = _the_only_zip(listing, assignment, notes)
            files = chosen(listing, assignment, notes)
        else:
            files = _loose(paths, assignment, notes)
    except Refused as error:
        return Taken({}, tuple(notes), str(error))
    missing = [name for name in assignment.editable if name not in files]
    if missing:
        notes.append(f"missing: {', '.join(missing)}")
    return Taken(files, tuple(notes))


def _ending(path):
    return os.path.splitext(os.fspath(path))[1].lower()


def _is_loose(path, assignment):
    endings = {_ending(name) for name in assignment.editable}
    return _ending(path) in endings and not os.path.isdir(path)


def _listed(path, assignment):
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        return list_folder(path, assignment.limits)
    if not stat.S_ISREG(mode):
        raise Refused("it is no ordinary file")
    most = assignment.limits.submission_mb * MEBI
    data = read_file(os.path.realpath(path), most, os.path.basename(path))
    return list_zip(data, assignment.limits)


def _the_only_zip(listing, assignment, notes):
    """Look into the zip of a folder that some course system made; one within a zip stays shut."""
    zips = [name for name in listing.readers if _ending(name) == ".zip"]
    names = {name.rsplit("/", 1)[-1] for name in listing.readers}
    if listing.from_zip or len(zips) != 1 or names & bare(assignment):
        return listing
    notes.append(f"taken from {shown(zips[0])}")
    data = listing.readers[zips[0]](assignment.limits.submission_mb * MEBI)
    return list_zip(data, assignment.limits)


def _loose(paths, assignment, notes):
    """Read files that were handed in by themselves, under the names that a course system made."""
    files, ignored, left = {}, [], assignment.limits.submission_mb * MEBI
    for path in paths:
        base = os.path.basename(os.fspath(path))
        name = _meant(base, assignment, alone=len(paths) == 1)
        if name is None or name in files:
            ignored.append(base)
            continue
        files[name] = read_file(path, left, base)
        left -= len(files[name])
        if base != name:
            notes.append(f"{shown(base)} is taken as {name}")
    if not files:
        raise Refused(nothing(Listing(dict.fromkeys(ignored)), assignment))
    note_ignored(ignored, assignment, notes)
    return files


def _meant(base, assignment, alone):
    """Return the editable file that a name like ``ada_12_34_layers-1.py`` means, or None."""
    for name in assignment.editable:
        stem, ending = os.path.splitext(name)
        if re.fullmatch(rf"(.*_)?{re.escape(stem)}(-\d+)?{re.escape(ending)}", base):
            return name
    only = alone and len(assignment.editable) == 1 and _ending(base) == _ending(name)
    return assignment.editable[0] if only else None
