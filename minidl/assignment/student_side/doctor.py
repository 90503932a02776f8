"""Whether all is there that an assignment needs: programs, versions, and the folder's files."""

import os
import platform
import tempfile
from dataclasses import dataclass

import numpy as np

import minidl
from minidl.assignment.definition.versions import within
from minidl.assignment.student_side.handed import AGAIN, open_handed
from minidl.assignment.student_side.packing import problem_of
from minidl.students.pyx import can_build


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
        "NumPy".
    state : str
        "ok", "missing", or "changed" for a file that is not as it was handed out.
    says : str
        A version, or how to mend it.
    """

    what: str
    state: str
    says: str


def examine(folder="."):
    """Return what an assignment needs, and whether it is there.

    Parameters
    ----------
    folder : path-like
        Of the hand-out.

    Yields
    ------
    Finding

    Raises
    ------
    ValueError
        If it is another folder.
    """
    handed = open_handed("doctor", folder)
    assignment = handed.assignment
    yield Finding("Python", "ok", platform.python_version())
    yield Finding("NumPy", "ok", np.__version__)
    yield _minidl(assignment)
    if any(name.endswith(".pyx") for name in (*assignment.editable, *assignment.given)):
        works, says = can_build()
        yield Finding("C compiler", "ok" if works else "missing", says)
    yield _writable(handed.folder)
    yield from _files(handed)


def _minidl(assignment):
    wanted, version = assignment.minidl, minidl.__version__
    if within(version, wanted):
        return Finding("minidl", "ok", f"{version}, and {wanted} is needed")
    return Finding(
        "minidl", "missing", f'{version}, and {wanted} is needed; run pip install "minidl{wanted}"'
    )


def _writable(folder):
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding(
            "folder", "missing", f"nothing can be written to it ({reason}); move it to your own"
        )
    return Finding("folder", "ok", os.fspath(folder.resolve()))


def _files(handed):
    missing, changed = set(handed.missing()), set(handed.changed())
    for name in handed.assignment.editable:
        if name in missing:
            yield Finding(name, "missing", f"it is not there{AGAIN}, or put yours back")
            continue
        problem = problem_of(name, (handed.folder / name).read_bytes())
        yield Finding(name, "missing" if problem else "ok", problem or "yours to change")
    others = sorted(handed.hashes)
    for name in others:
        if name in missing:
            yield Finding(name, "missing", f"it is not there{AGAIN}")
        elif name in changed:
            yield Finding(name, "changed", f"it is not as it was handed out{AGAIN}")
    count = len(set(others) - missing - changed)
    yield Finding("other files", "ok", f"{count} of {len(others)} as handed out")
