"""The bundle: all that the grader needs, made by ``minidl assignment build``, and hashes of it."""

import contextlib
import io
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from minidl.assignment.cases.trial import read_trials, write_trials
from minidl.assignment.making.manifest import (
    MANIFEST,
    digest,
    files_in,
    json_bytes,
    manifest,
    read_manifest,
    write_files,
)
from minidl.assignment.spec import FORMAT, PARTS, Assignment, as_dict, from_dict

SPEC = "assignment.json"
INSIDE = ("build/grader", "grader")  # where a bundle lies in the folder of an assignment
BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error)
MOST_BYTES = 1 << 30  # of a zip's files, unpacked


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A bundle, opened.

    Attributes
    ----------
    folder : Path
        Where its files are; of a zip, a folder that goes when :func:`open_bundle` ends.
    assignment : Assignment
    trials : dict
        By id of task ``{"public": trials, "hidden": trials}``.
    digest : str
        Hash of all of it: another one means that marks may be others.
    """

    folder: Path
    assignment: Assignment
    trials: dict
    digest: str

    @property
    def handout(self):
        """The folder of the editable and given files as they were handed out."""
        return self.folder / "handout"

    @property
    def solution(self):
        """The folder of the same files, solved."""
        return self.folder / "solution"

    @property
    def stand_ins(self):
        """The folder that has, for each task, its file with it and what it needs solved."""
        return self.folder / "stand_ins"


def write_bundle(folder, assignment, handed_out, solution, stand_ins, trials):
    """Write the bundle of an assignment.

    Parameters
    ----------
    folder : path-like
        It must be new or empty.
    assignment : Assignment
    handed_out, solution : dict of str to bytes
        The editable and given files as students get them, and solved.
    stand_ins : dict of str to dict
        By id of task such files in which it is solved, and what it needs.
    trials : dict
        By id of task ``{"public": trials, "hidden": trials}``.
    """
    folder = Path(folder)
    write_files(folder, {SPEC: json_bytes(as_dict(assignment))})
    write_files(folder / "handout", handed_out)
    write_files(folder / "solution", solution)
    for task, files in stand_ins.items():
        write_files(folder / "stand_ins" / task, files)
    for part in PARTS:
        (folder / "trials" / part).mkdir(parents=True)
        for task, parts in trials.items():
            write_trials(folder / "trials" / part / f"{task}.npz", parts[part])
    write_files(folder, {MANIFEST: manifest(files_in(folder))})


@contextlib.contextmanager
def open_bundle(path):
    """Open a bundle, and see that it is what was built.

    Parameters
    ----------
    path : path-like
        Its folder, a zip of that, or the folder of an assignment that was built.

    Yields
    ------
    Bundle

    Raises
    ------
    OSError
        If there is no such file or folder.
    ValueError
        If it is no bundle, or is damaged.

    Examples
    --------
    >>> with open_bundle("my-assignment/build/grader") as bundle:  # doctest: +SKIP
    ...     print(bundle.assignment.title)
    """
    path = Path(path)
    if path.is_dir():
        yield _checked(path, _found(path))
        return
    with tempfile.TemporaryDirectory(prefix="minidl-bundle-") as folder:
        write_files(folder, _unzipped(path))
        yield _checked(path, _found(Path(folder)))


def _found(folder):
    """Return the folder in which the bundle's files are: this one, or one known to be below."""
    below = [folder, *(folder / name for name in INSIDE)]
    below += [child for child in sorted(folder.iterdir()) if child.is_dir()]
    return next((one for one in below if (one / MANIFEST).is_file() and _is_bundle(one)), folder)


def _is_bundle(folder):
    return (folder / SPEC).is_file() and (folder / "trials").is_dir()


def _checked(path, folder):
    """Return the bundle in a folder, which ``path`` stands for in errors."""

    def refuse(what):
        raise ValueError(f"open_bundle: {os.fspath(path)!r} {what}") from None

    if not (folder / MANIFEST).is_file() or not _is_bundle(folder):
        hint = ""
        if (folder / "assignment.toml").is_file():
            hint = f"; run minidl assignment build {folder}"
        elif (folder / SPEC).is_file():
            hint = "; it is a hand-out, and the grader's bundle lies beside it in build/grader"
        refuse(f"holds no bundle of an assignment{hint}")
    hashes = read_manifest("open_bundle", folder / MANIFEST)
    files = files_in(folder)
    files.pop(MANIFEST)
    again = "; build the assignment again"
    for name in sorted(hashes.keys() | files.keys()):
        if name not in files:
            refuse(f"is damaged: {name} is missing{again}")
        if name not in hashes:
            refuse(f"is damaged: {name} does not belong to it{again}")
        if digest(files[name]) != hashes[name]:
            refuse(f"is damaged: {name} is not what was built{again}")
    facts = json.loads(files[SPEC])
    if facts.get("format") != FORMAT:
        refuse(f"has format {facts.get('format')!r}, and this version reads format {FORMAT}{again}")
    assignment = from_dict(facts)
    trials = {
        task.id: {part: read_trials(folder / "trials" / part / f"{task.id}.npz") for part in PARTS}
        for task in assignment.tasks
    }
    return Bundle(folder, assignment, trials, digest((folder / MANIFEST).read_bytes()))


def _unzipped(path):
    """Return the files of a zip; it is the instructor's own, so that caps are for accidents."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise ValueError(f"open_bundle: {os.fspath(path)!r} unpacks to more than 1 GiB")
            for member in members:
                parts = member.filename.split("/")
                if ".." in parts or "" in parts or "\\" in member.filename or ":" in parts[0]:
                    raise ValueError(
                        f"open_bundle: {os.fspath(path)!r} holds {member.filename!r}, which "
                        "would be written elsewhere"
                    )
            return {member.filename: archive.read(member) for member in members}
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        zipfile.zlib.error,
    ) as error:
        raise ValueError(
            f"open_bundle: {os.fspath(path)!r} is no zip, or a damaged one: {error}"
        ) from None
