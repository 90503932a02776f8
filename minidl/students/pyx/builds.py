"""Builds that are kept: the same file is compiled once, however many hands it comes from."""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

from minidl.students.failures import CannotBuild
from minidl.students.pyx import toolchain
from minidl.students.pyx.build import build

FACTS = "build.json"  # the last file of an entry to be written
FORMAT = 1


class Builds:
    """Extension modules by the content of what they are made of, in a folder.

    Several processes may share the folder: an entry appears whole or not at all, and of two that
    are made at once one stays.  That a file cannot be compiled is kept, too; that it took too
    long is not.

    Parameters
    ----------
    folder : path-like
        Made if it is not there.
    limit, memory_mb, box
        As :func:`~minidl.students.pyx.build` takes them.
    """

    def __init__(self, folder, limit=120.0, memory_mb=1024, box=None):
        self.folder = Path(folder).absolute()
        self._limits = {"limit": limit, "memory_mb": memory_mb, "box": box}
        self._fingerprints = {}

    def built(self, path, optimised=False):
        """Return the path of the extension module of a ``.pyx`` file, compiling it if need be.

        Raises
        ------
        CannotBuild, ImportError, OSError
            As :func:`~minidl.students.pyx.build` does.
        """
        path = Path(path)
        entry = self.folder / self._key(path, optimised)
        found = _read(entry)
        if found is None:
            found = self._make(path, entry, optimised)
        if "says" in found:
            raise CannotBuild(found["says"], found["line"])
        return os.fspath(entry / found["module"])

    def _key(self, path, optimised):
        if optimised not in self._fingerprints:
            self._fingerprints[optimised] = toolchain.fingerprint(optimised)
        text = repr((FORMAT, path.name, optimised, self._fingerprints[optimised]))
        return hashlib.sha256(text.encode() + b"\0" + path.read_bytes()).hexdigest()[:40]

    def _make(self, path, entry, optimised):
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix="making-", dir=self.folder, ignore_cleanup_errors=True
        ) as work:
            made = Path(work, "entry")
            made.mkdir()
            try:
                module = Path(build(path, made, optimised, **self._limits))
                files = {
                    path.relative_to(made).as_posix(): _sha256(path)
                    for path in sorted(made.rglob("*"))
                    if path.is_file()
                }
                facts = {"module": module.name, "files": files}
            except CannotBuild as error:
                facts = {"says": str(error), "line": error.line}
                if error.passing:
                    return facts
            (made / FACTS).write_text(json.dumps(facts), encoding="utf-8")
            _move(made, entry, Path(work, "damaged"))
        return _read(entry) or facts


def _move(made, entry, damaged):
    """Put a whole entry in its place, unless another process just did."""
    if entry.exists() and _read(entry) is None:
        with contextlib.suppress(OSError):
            os.replace(entry, damaged)
    try:
        os.rename(made, entry)
    except OSError:
        if _read(entry) is None:
            raise


def _read(entry):
    """Return the facts of an entry, or None if it is missing or damaged."""
    try:
        facts = json.loads((entry / FACTS).read_text(encoding="utf-8"))
        if "says" in facts:
            return {"says": str(facts["says"]), "line": facts["line"]}
        files = facts["files"]
        whole = all(_sha256(entry / name) == files[name] for name in files)
        return facts if whole and facts["module"] in files else None
    except (AttributeError, OSError, KeyError, TypeError, ValueError):
        return None


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
