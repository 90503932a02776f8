"""Arrays and facts in one file, written whole or not at all, and read without running anything.

A file is a zip of ``.npy`` members, as :func:`numpy.savez` makes it; a *state* has one member more,
``state.json``, which holds everything but the arrays.  Nothing here pickles or unpickles: a pickle
is a program, and whoever opens it runs it.
"""

import contextlib
import json
import math
import os
import secrets
import zipfile

import numpy as np

FORMAT = 1  # of a state; a later one that this version cannot read gets the next number
FACTS = "state.json"
MARKS = ("__array__", "__scalar__", "__tuple__")  # what JSON has no words for
PICKLE = "a Python pickle, which can run any code when it is opened, so it is not read"
NOT_A_ZIP = {  # first bytes of files that are often taken for others
    b"\x80": f"is {PICKLE}",
    b"\x93NUMPY": "is an .npy file: one array, which numpy.load opens; or, if a dict was saved, "
    f"{PICKLE}",
    b"\x1f\x8b": "is compressed by gzip; unpack it first",
    b"\x89HDF": "is an HDF5 file",
}


def require_path(op, path):
    """Refuse what cannot be the name of a file."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"{op}: path must be the name of a file, got {type(path).__name__}")


@contextlib.contextmanager
def replacing(path):
    """Open a file to write, which takes the place of ``path`` only once it is complete.

    It is written beside ``path``, forced to the disk and renamed.  Whatever happens before that,
    an error or a power cut, the file that was there before stays as it was.
    """
    path = os.path.realpath(os.fsdecode(path))
    folder, name = os.path.split(path)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"cannot write {path!r}: the folder {folder!r} does not exist")
    if os.path.isdir(path):
        raise IsADirectoryError(f"cannot write {path!r}: it is a folder")
    if os.path.exists(path) and not os.path.isfile(path):  # a file should not take its place
        raise OSError(f"cannot write {path!r}: it is a device or a pipe, and no file")
    partial = os.path.join(folder, f".{name}.{secrets.token_hex(4)}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(partial, flags, 0o666), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(partial)
        if isinstance(error, OSError) and error.errno and error.filename in (None, partial):
            raise OSError(error.errno, error.strerror, path) from None  # not the one beside it
        raise
    _sync_folder(folder)


def write_arrays(path, arrays):
    """Write named arrays as :func:`numpy.savez` does, but whole or not at all.

    Parameters
    ----------
    path : path-like
        Nothing is added to it.
    arrays : mapping of str to array_like

    Raises
    ------
    TypeError
        If a name is no text, or an array holds Python objects.
    """
    _write(path, {name: _plain(name, array) for name, array in dict(arrays).items()})


def read_arrays(path):
    """Read an ``.npz`` file into a dict from name to array.

    Raises
    ------
    ValueError
        If the file is a pickle, damaged, truncated, or anything else than named arrays.
    """
    with _opened("read_arrays", path) as (refuse, members):
        foreign = [name for name in members if not name.endswith(".npy")]
        if foreign:
            refuse(f"holds {foreign[0]!r}, which is no array; it is not an .npz file of arrays")
        return {name.removesuffix(".npy"): read() for name, read in members.items()}


def write_state(path, kind, state):
    """Write a tree of arrays and facts to one file, whole or not at all.

    Parameters
    ----------
    path : path-like
        Nothing is added to it.
    kind : str
        What the file is for, such as "checkpoint"; :func:`read_state` asks for the same.
    state : dict
        A tree of dicts with text for keys, lists, tuples, text, numbers, bools, None, NumPy
        scalars and arrays.

    Raises
    ------
    TypeError
        If the tree holds anything else; the message says where.
    """
    arrays = {}
    facts = {"format": FORMAT, "kind": kind, "state": _pack(state, "state", arrays)}
    _write(path, arrays, json.dumps(facts, indent=1))


def read_state(path, kind):
    """Read what :func:`write_state` wrote, equal in values, types and dtypes.

    Raises
    ------
    ValueError
        If the file is a pickle, damaged, truncated, foreign, or of another kind.
    """
    with _opened("read_state", path, packed=False) as (refuse, members):
        if FACTS not in members:
            refuse(f"holds no {FACTS}; it is not a {kind} that minidl wrote")
        arrays = {name.removesuffix(".npy"): read() for name, read in members.items()}
        try:
            facts = json.loads(arrays.pop(FACTS))
            found, format_number, state = facts["kind"], facts["format"], facts["state"]
        except (KeyError, RecursionError, TypeError, ValueError) as error:
            refuse(f"has a {FACTS} that cannot be read: {type(error).__name__}: {error}")
        if found != kind:
            refuse(f"is a {found!r}, and a {kind!r} is needed")
        if format_number != FORMAT:
            refuse(f"has format {format_number!r}, and this version reads format {FORMAT}")
        try:
            return _unpack(state, arrays)
        except (KeyError, TypeError) as error:
            refuse(f"has a {FACTS} that does not fit its arrays: {error}")


def _pack(node, place, arrays):
    """Return ``node`` as JSON has it, after moving its arrays to ``arrays``."""
    if node is None or type(node) in (bool, int, float, str):
        return node
    if isinstance(node, np.generic):
        return {"__scalar__": _moved(np.asarray(node), place, arrays)}
    if isinstance(node, np.ndarray):
        return {"__array__": _moved(node, place, arrays)}
    if type(node) in (list, tuple):
        items = [_pack(item, f"{place}/{k}", arrays) for k, item in enumerate(node)]
        return items if type(node) is list else {"__tuple__": items}
    if isinstance(node, dict):
        for key in node:
            if not isinstance(key, str) or key in MARKS:
                raise TypeError(f"write_state: {place} has the key {key!r}; keys must be text")
        return {key: _pack(value, f"{place}/{key}", arrays) for key, value in node.items()}
    raise TypeError(
        f"write_state: {place} is a {type(node).__name__}; only arrays, numbers, text, "
        "lists, tuples and dicts can be stored"
    )


def _moved(array, place, arrays):
    name = place
    while name in arrays:  # keys may hold slashes of their own
        name += "_"
    arrays[name] = _plain(place, array)
    return name


def _unpack(node, arrays):
    if isinstance(node, list):
        return [_unpack(item, arrays) for item in node]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((key, value),) = node.items()
        if key == "__array__":
            return arrays[value]
        if key == "__scalar__":
            return arrays[value][()]
        if key == "__tuple__":
            return tuple(_unpack(value, arrays))
    return {key: _unpack(value, arrays) for key, value in node.items()}


def _plain(name, array):
    if not isinstance(name, str):
        raise TypeError(f"write_arrays: a name must be text, got {name!r}")
    array = np.asarray(array)
    if array.dtype.hasobject:
        raise TypeError(f"write_arrays: {name!r} holds Python objects, which only a pickle could")
    return array


def _write(path, arrays, facts=None):
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        if facts is not None:
            archive.writestr(zipfile.ZipInfo(FACTS), facts)  # without the date: the same bytes
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


@contextlib.contextmanager
def _opened(op, path, packed=True):
    """Open a zip; yield a function that refuses it, and a reader for each of its members.

    Unless it may be ``packed``, it cannot ask for more memory than it has bytes.
    """

    def refuse(what):
        raise ValueError(f"{op}: {os.fspath(path)!r} {what}") from None

    with open(path, "rb") as file:
        start = file.read(8)
        for first, what in NOT_A_ZIP.items():
            if start.startswith(first):
                refuse(what)
        try:
            with zipfile.ZipFile(file) as archive:
                claimed = sum(info.file_size for info in archive.infolist())
                if not packed and claimed > os.path.getsize(path):
                    refuse(f"claims {claimed} bytes in {os.path.getsize(path)}; minidl packs none")
                yield refuse, _members(archive, refuse)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            refuse(f"is damaged, truncated or no .npz file at all: {error}")
        except (zipfile.zlib.error, MemoryError) as error:
            refuse(f"is damaged: {type(error).__name__} {error}")


def _members(archive, refuse):
    members = {}
    for info in archive.infolist():
        if info.filename.endswith("data.pkl"):
            refuse(
                f"is a PyTorch file with {PICKLE}; "
                "in PyTorch, save the state_dict as .safetensors instead"
            )
        if info.filename in members:
            refuse(f"holds {info.filename!r} twice")
        if info.filename == FACTS:
            members[FACTS] = lambda info=info: archive.read(info)
        else:
            members[info.filename] = lambda info=info: _read_array(archive, info, refuse)
    return members


def _read_array(archive, info, refuse):
    """Read one ``.npy`` member, whose header must promise exactly the bytes that are there."""
    with archive.open(info) as member:
        try:
            version = np.lib.format.read_magic(member)
            header = getattr(np.lib.format, f"read_array_header_{version[0]}_{version[1]}")
            shape, fortran, dtype = header(member)
        except (AttributeError, ValueError, TypeError, SyntaxError) as error:
            refuse(f"holds {info.filename!r}, which is no array: {error}")
        if dtype.hasobject:
            refuse(f"holds {info.filename!r}, an array of Python objects: a pickle, not read")
        promised = math.prod(shape) * dtype.itemsize
        there = info.file_size - member.tell()
        if promised != there or min(shape, default=0) < 0:
            refuse(f"holds {info.filename!r} of shape {shape} in {there} bytes; needs {promised}")
        data = bytearray(member.read())
    try:
        return np.ndarray(shape, dtype, buffer=data, order="F" if fortran else "C")
    except (TypeError, ValueError) as error:
        refuse(f"holds {info.filename!r} of shape {shape}, which no array can have: {error}")


def _sync_folder(folder):
    """Force a renaming to the disk, where folders can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
