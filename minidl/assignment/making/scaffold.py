"""A new assignment: one that minidl brings, or one made of layers, to be changed at will."""

import os
import re
import secrets
from pathlib import Path

from minidl.assignment.making.from_layers import from_layers
from minidl.assignment.making.manifest import files_in, write_files
from minidl.spelling import near_miss

TEMPLATES = Path(__file__).parents[1] / "templates"
SEED = re.compile(rb"^seed = \d+", re.M)


def templates():
    """Return the names of the assignments that minidl brings."""
    return sorted(path.name for path in TEMPLATES.iterdir() if path.is_dir())


def new(folder, template=None, layers=(), seed=None):
    """Write a new assignment.

    Parameters
    ----------
    folder : path-like
        Where to; it is made, and must be empty where it exists.
    template : str, optional
        What it is a copy of: one of :func:`templates`, by default "layers".
    layers : sequence of str
        Instead of a template, the layers that are to be written: keys in ``TWINS``.
    seed : int, optional
        Of the cases; by default nobody can guess it, nor the hidden cases that follow from it.

    Returns
    -------
    list of str
        The names of its files.

    Raises
    ------
    ValueError
        If there is no such template or layer, or something is in the way.
    OSError
        If the place cannot be written to.
    """
    seed = secrets.randbelow(10**9) + 1 if seed is None else seed
    if layers:
        if template:
            raise ValueError("new: either a template or layers make an assignment; leave one out")
        texts = from_layers(layers, seed)
        return written(folder, {name: text.encode() for name, text in texts.items()})
    template, known = template or "layers", templates()
    if template not in known:
        hint = near_miss(template, known) or f"; there are {' and '.join(known)}"
        raise ValueError(f"new: there is no template {template!r}{hint}")
    files = files_in(TEMPLATES / template)
    files["assignment.toml"] = SEED.sub(b"seed = %d" % seed, files["assignment.toml"], count=1)
    return written(folder, files)


def written(folder, files):
    """Write files to a folder that is new or empty, and return their names.

    Parameters
    ----------
    folder : path-like
    files : dict of str to bytes
    """
    folder = Path(folder)
    shown = os.fspath(folder)
    if os.path.lexists(folder) and not folder.is_dir():
        raise ValueError(f"new: {shown!r} is a file; name a folder that does not exist yet")
    if folder.is_dir():
        there = sorted(os.listdir(folder))
        if there:
            more = f" and {len(there) - 1} more" if len(there) > 1 else ""
            raise ValueError(
                f"new: the folder {shown!r} is not empty, it holds {there[0]!r}{more}; name one "
                "that does not exist yet"
            )
    write_files(folder, files)
    return sorted(files)
