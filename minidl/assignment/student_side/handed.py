"""A student's folder: the hand-out, opened, and whether all of it is as it was handed out."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from minidl.assignment.cases.trial import read_trials
from minidl.assignment.making.bundle import SPEC
from minidl.assignment.making.handout import PUBLIC
from minidl.assignment.making.manifest import MANIFEST, is_same, read_manifest
from minidl.assignment.spec import FORMAT, Assignment, from_dict

AGAIN = "; take it from the hand-out again"


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-out in which somebody works.

    Attributes
    ----------
    folder : Path
    assignment : Assignment
    hashes : dict of str to str
        Of all files that are not for editing.
    """

    folder: Path
    assignment: Assignment
    hashes: dict

    def missing(self):
        """Return the names of the files that should be there and are not, the editable first."""
        names = (*self.assignment.editable, *self.hashes)
        return [name for name in names if not (self.folder / name).is_file()]

    def changed(self):
        """Return the names of the files that are there, not for editing, and not as handed out."""
        return [
            name
            for name, known in self.hashes.items()
            if (self.folder / name).is_file()
            and not is_same((self.folder / name).read_bytes(), known)
        ]

    def trials(self):
        """Return the public cases by task: ``{"public": trials, "hidden": ()}``.

        Raises
        ------
        ValueError
            If they are missing, or other ones than were handed out.
        """
        return {task.id: self._of(task) for task in self.assignment.tasks}

    def _of(self, task):
        name = f"{PUBLIC}/{task.id}.npz"
        _require(self.folder, name, self.hashes)
        return {"public": read_trials(self.folder / name), "hidden": ()}


def open_handed(op, folder="."):
    """Open the folder of a hand-out.

    Parameters
    ----------
    op : str
        The operation to name in an error.
    folder : path-like

    Raises
    ------
    ValueError
        If it is another folder, or the files that say what is asked were changed.
    """
    folder = Path(folder)
    if not all((folder / name).exists() for name in (SPEC, MANIFEST, PUBLIC)):
        _refuse(op, folder)
    hashes = read_manifest(op, folder / MANIFEST)
    _require(folder, SPEC, hashes, op)
    facts = json.loads((folder / SPEC).read_bytes())
    if facts.get("format") != FORMAT:
        raise ValueError(
            f"{op}: the hand-out has format {facts.get('format')!r}, and this version of minidl "
            f"reads format {FORMAT}; get the version that the README names"
        )
    return Handed(folder, from_dict(facts), hashes)


def _require(folder, name, hashes, op="check"):
    """Refuse a file that is missing, or not as it was handed out."""
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{op}: {os.fspath(path)!r} is missing{AGAIN}")
    if name not in hashes or not is_same(path.read_bytes(), hashes[name]):
        raise ValueError(f"{op}: {os.fspath(path)!r} is not as it was handed out{AGAIN}")


def _refuse(op, folder):
    """Say where the hand-out may be instead."""
    shown = os.fspath(folder.resolve())
    if not folder.is_dir():
        raise ValueError(f"{op}: there is no folder {os.fspath(folder)!r}")
    inside = [child for child in sorted(folder.iterdir()) if (child / SPEC).is_file()]
    if (folder / "assignment.toml").is_file():
        hint = (
            "it is an instructor's; run minidl assignment build, and work in build/handout, which "
            "that makes"
        )
    elif (folder / "trials").is_dir():
        hint = "it is a grader's bundle; the hand-out lies beside it in build/handout"
    elif inside:
        hint = f"change to {os.path.join(shown, inside[0].name)!r}"
    elif (folder / SPEC).is_file():
        hint = f"it has no {MANIFEST}{AGAIN}"
    else:
        hint = "change to the folder that you unpacked the hand-out to, in which README.md is"
    raise ValueError(f"{op}: {shown!r} is no folder of a hand-out; {hint}")
