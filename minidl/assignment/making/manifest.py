"""Which files there are, and what is in them: their names and hashes, in ``manifest.json``."""

import hashlib
import json
import os
from pathlib import Path

MANIFEST = "manifest.json"
LEFT_BEHIND = {"__pycache__", ".DS_Store", ".git", ".ipynb_checkpoints", ".minidl", "Thumbs.db"}


def digest(data):
    """Return the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def json_bytes(facts):
    """Return facts as JSON for files: indented, and with a last line that ends."""
    return (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode()


def manifest(files):
    """Return the bytes of a manifest of files, sorted by name.

    Parameters
    ----------
    files : dict of str to bytes
    """
    return json_bytes({name: digest(files[name]) for name in sorted(files)})


def read_manifest(op, path):
    """Return the hashes by name that a manifest holds.

    Raises
    ------
    ValueError
        If it is no manifest.
    """
    try:
        hashes = json.loads(Path(path).read_bytes())
        if isinstance(hashes, dict) and all(isinstance(one, str) for one in hashes.values()):
            return hashes
        what = "holds no names and hashes"
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        what = f"cannot be read: {error}"
    raise ValueError(f"{op}: {os.fspath(path)!r} {what}; it must be as minidl wrote it")


def is_same(data, known):
    """Return whether bytes have a hash; line ends of Windows, which git may write, do not count."""
    return known in (digest(data), digest(data.replace(b"\r\n", b"\n")))


def files_in(folder):
    """Return all files of a folder and those below it, name to bytes, sorted by name.

    What Python, git, Finder and the like leave behind is not among them.

    Raises
    ------
    ValueError
        If one of them is a link, of which nobody knows where it leads elsewhere.
    """
    folder, found = Path(folder), {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if LEFT_BEHIND.intersection(parts):
            continue
        if path.is_symlink():
            raise ValueError(f"{os.fspath(path)!r} is a link; put the file itself there")
        if path.is_file() and path.suffix not in (".pyc", ".pyo"):
            found["/".join(parts)] = path.read_bytes()
    return dict(sorted(found.items()))


def write_files(folder, files):
    """Write files into a folder, which is made where it is missing.

    Parameters
    ----------
    folder : path-like
    files : dict of str to bytes
    """
    for name, data in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
