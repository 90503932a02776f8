"""A hand-in: one zip of the files that were the student's to write, which depends on them alone."""

import re
from dataclasses import dataclass
from pathlib import Path

from minidl.assignment.encoding import unreadable
from minidl.assignment.making.manifest import MANIFEST, digest, json_bytes
from minidl.assignment.making.zips import zip_bytes
from minidl.assignment.sources.lexing import lex
from minidl.assignment.sources.stubs import require_python
from minidl.assignment.student_side.handed import AGAIN, open_handed
from minidl.storage import replacing

NAME = re.compile(r"[^\W_][\w.-]*")


@dataclass(frozen=True, slots=True)
class Packed:
    """A hand-in that was written.

    Attributes
    ----------
    path : Path
    sha256 : str
        Of the zip.
    files : dict of str to int
        The size of each file in it, in bytes.
    untouched : tuple of str
        Ids of tasks that are as they were handed out.
    """

    path: Path
    sha256: str
    files: dict
    untouched: tuple


def pack(folder=".", name=None, out=None):
    """Write the hand-in of the hand-out in a folder.

    Parameters
    ----------
    folder : path-like
    name : str, optional
        Goes into the file's name: ``layers-ada.zip``.
    out : path-like, optional
        The file, instead of ``layers-NAME.zip`` in the folder.

    Returns
    -------
    Packed

    Raises
    ------
    ValueError
        If a file is missing or is no Python; the message names all of them.
    OSError
        If the zip cannot be written.
    """
    handed = open_handed("pack", folder)
    assignment = handed.assignment
    if out is None:
        out = handed.folder / f"{assignment.name}-{_name(name)}.zip"
    files = _read(handed)
    hashes = {file: digest(data) for file, data in files.items()}
    about = json_bytes({"assignment": assignment.name, "files": hashes})
    zipped = zip_bytes({**files, MANIFEST: about})
    with replacing(out) as file:
        file.write(zipped)
    untouched = tuple(task.id for task in assignment.tasks if _is_stub(files[task.file], task))
    sizes = {file: len(data) for file, data in files.items()}
    return Packed(Path(out), digest(zipped), sizes, untouched)


def _name(name):
    """Return the part of the file's name that is the student's."""
    if name is None:
        return "hand-in"
    if not NAME.fullmatch(name):
        raise ValueError(
            f"pack: a name goes into the file's name and may hold letters, digits, ., - and _, "
            f"got {name!r}"
        )
    return name


def _read(handed):
    """Return the editable files; refuse those that nobody could mark."""
    files, wrong = {}, []
    for name in handed.assignment.editable:
        path = handed.folder / name
        if not path.is_file():
            wrong.append(f"{name} is missing{AGAIN}, or put yours back")
            continue
        data = path.read_bytes()
        problem = problem_of(name, data)
        if problem:
            wrong.append(problem)
        files[name] = data
    if wrong:
        raise ValueError(f"pack: nothing is written: {'; '.join(wrong)}")
    return files


def problem_of(name, data):
    """Return why a file cannot be marked, or "": of Cython, what looks like Python is looked at.

    Parameters
    ----------
    name : str
    data : bytes
    """
    problem = unreadable(name, data)
    if problem:
        return problem
    try:
        require_python(data, name)
        lex(data.decode("utf-8", "replace"), name)
    except ValueError as error:
        return str(error)
    return ""


def _is_stub(data, task):
    """Return whether a line that stands for a part of a task's solution is there still."""
    return f'raise NotImplementedError("task {task.id}: '.encode() in data
