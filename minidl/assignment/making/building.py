"""Turn an assignment's folder into the hand-out and the grader's bundle, or say why not."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from minidl.assignment.cases.trials import prepare
from minidl.assignment.definition.reading import SOURCE, read_assignment
from minidl.assignment.definition.source_files import decoded
from minidl.assignment.leaks.scan import leaks
from minidl.assignment.making.bundle import write_bundle
from minidl.assignment.making.handout import handout
from minidl.assignment.making.manifest import digest, files_in, write_files
from minidl.assignment.making.proving import Proof
from minidl.assignment.making.zips import zip_bytes
from minidl.assignment.points import in_words
from minidl.assignment.sources.markers import without_markers
from minidl.assignment.sources.stubs import stubs, with_only
from minidl.assignment.spec import PARTS, Assignment
from minidl.students.pyx import Builds

BUILD, EXTRA, PARTIAL, OLD = "build", "extra", "build.partial", "build.old"


class NotBuilt(ValueError):  # noqa: N818 - it is no error of the program
    """An assignment that must not be handed out as it is.

    Attributes
    ----------
    problems : tuple of str
        All that is wrong, each in a sentence.
    """

    def __init__(self, problems):
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"build: {problems[0]}{more}")


@dataclass(frozen=True, slots=True)
class Built:
    """What was built.

    Attributes
    ----------
    assignment : Assignment
    folder : Path
        ``build/``.
    files : tuple of str
        Of the hand-out.
    zip : Path
        The same, zipped.
    sha256 : str
        Of the zip.
    """

    assignment: Assignment
    folder: Path
    files: tuple
    zip: Path
    sha256: str


def build(folder, say=None):
    """Build an assignment: ``build/`` in its folder, which is replaced only if all is well.

    Parameters
    ----------
    folder : path-like
        With ``assignment.toml`` and ``source/``.
    say : callable, optional
        Told what is proved, and how it went: ``say("solution", "100 of 100 points")``.

    Returns
    -------
    Built

    Raises
    ------
    NotBuilt
        If a proof fails: the untouched hand-out has to get 0 points, the solution all of them,
        every task has to be markable for itself, and the hand-out must give nothing away.
    ValueError
        If something is wrong with the assignment's files.
    OSError
        If they cannot be read, or ``build/`` cannot be written.
    """
    folder, say = Path(folder), say or (lambda *_: None)
    assignment = read_assignment(folder)
    source = _source(folder, assignment)
    trials = prepare(assignment, folder)
    say("cases", _cases(trials))
    handed_out, solution, alone, stand_ins = _variants(assignment, source)
    files = handout(assignment, handed_out, _extra(folder), trials)
    zipped = zip_bytes({f"{assignment.name}/{name}": data for name, data in files.items()})
    solved, emptied = (_texts(assignment, these) for these in (solution, handed_out))
    places = folder, Path.home()
    _require(leaks(files, assignment, solved, emptied, trials, places))
    say("leak scan", "clean")
    with _partial(folder) as partial:
        write_files(partial / "handout", files)
        write_files(partial, {f"{assignment.name}.zip": zipped})
        write_bundle(partial / "grader", assignment, handed_out, solution, stand_ins, trials)
        _prove(assignment, trials, handed_out, solution, alone, stand_ins, say)
        _swap(partial, folder)
    made = folder / BUILD
    return Built(assignment, made, tuple(files), made / f"{assignment.name}.zip", digest(zipped))


def _source(folder, assignment):
    """Return the editable and given files of the source, name to bytes."""
    names = (*assignment.editable, *assignment.given)
    return {name: (folder / SOURCE / name).read_bytes() for name in names}


def _extra(folder):
    return files_in(folder / EXTRA) if (folder / EXTRA).is_dir() else {}


def _cases(trials):
    counts = [sum(len(parts[part]) for parts in trials.values()) for part in PARTS]
    return f"{counts[0]} public and {counts[1]} hidden, drawn from the seed"


def _variants(assignment, source):
    """Return the files as handed out, and solved; and the file of each task in two forms.

    Once this task alone is solved in it; once what it needs, too, so that it can stand in for it.
    """
    handed_out, solution, alone, stand_ins = dict(source), dict(source), {}, {}
    texts, needed = _texts(assignment, source), {}
    for name, text in texts.items():
        handed_out[name] = stubs(text, name, assignment.tasks).encode()
        solution[name] = without_markers(text, name).encode()
    for task in assignment.tasks:
        needed[task.id] = {task.id}.union(*(needed[name] for name in task.needs))
        for files, ids in ((alone, {task.id}), (stand_ins, needed[task.id])):
            text = with_only(texts[task.file], task.file, assignment.tasks, ids)
            files[task.id] = {task.file: text.encode()}
    return handed_out, solution, alone, stand_ins


def _texts(assignment, files):
    return {name: decoded(files[name], name) for name in assignment.editable}


def _prove(assignment, trials, handed_out, solution, alone, stand_ins, say):
    count, points = len(assignment.tasks), in_words(assignment.points)
    with tempfile.TemporaryDirectory(prefix="minidl-", ignore_cleanup_errors=True) as kept:
        limits = assignment.limits
        builds = Builds(kept, limits.build_seconds, limits.memory_mb)
        proof = Proof(assignment, trials, handed_out, solution, alone, stand_ins, builds)
        _require(proof.untouched())
        say("untouched hand-out", f"0 of {points}, no task attempted")
        _require(proof.solved())
        say("solution", f"all of {points}")
        _require(_each_alone(proof))
        say("each task alone", f"{count} of {count} marked in full")


def _each_alone(proof):
    """Return what is wrong with tasks alone, tried side by side, but for those that are timed."""
    timed = [t.id for t in proof.assignment.tasks if any(c.kind == "speed" for c in t.checks)]
    others = [t.id for t in proof.assignment.tasks if t.id not in timed]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(proof.alone, others))
    return [what for one in [*found, *map(proof.alone, timed)] for what in one]


def _require(found):
    if found:
        raise NotBuilt(found)


@contextmanager
def _partial(folder):
    """Give a new folder beside ``build/``, and take it away whatever happens."""
    partial = folder / PARTIAL
    _remove(partial)
    partial.mkdir()
    try:
        yield partial
    finally:
        _remove(partial)


def _swap(partial, folder):
    """Let the new build take the place of the one before."""
    build_folder, old = folder / BUILD, folder / OLD
    _remove(old)
    if build_folder.exists():
        build_folder.rename(old)
    partial.rename(build_folder)
    _remove(old)


def _remove(folder):
    if folder.exists():
        shutil.rmtree(folder)
