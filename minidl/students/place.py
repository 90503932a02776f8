"""Where a student's function stands: ``file.py:function`` or ``module:function``."""

import os
import re
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES

from minidl.students.failures import CannotLoad

FOREIGN = {  # endings of files that are often given instead of Python
    ".ipynb": "is a notebook; put the functions into a .py file (%%writefile my_layers.py as the "
    "first line of their cell does that)",
    ".pyx": "is Cython, which has to be compiled: run cythonize -i {path}, and give the module "
    "instead, {stem}:{function}",
    ".so": "is compiled; give the module instead, {stem}:{function}",
    ".pyd": "is compiled; give the module instead, {stem}:{function}",
    ".pyc": "is compiled; give the .py file that it was made from",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A file or an importable module, and perhaps a function in it.

    Attributes
    ----------
    path : str or None
        Absolute path of the file; None for a module.
    module : str
        Name to import under.
    function : str or None
    shown : str
        The file or module as it was written.
    """

    path: str | None
    module: str
    function: str | None
    shown: str


def find(spec, boxed=False):
    """Return the :class:`Place` that a text names.

    Parameters
    ----------
    spec : str or path-like
        ``file.py:function``, ``module:function``, or the part before the colon alone.
    boxed : bool
        Whether it runs in a box: then it may be a file that was compiled for this interpreter.

    Raises
    ------
    CannotLoad
        If there is no such file, or it cannot be Python.
    """
    spec = os.fspath(spec)
    where, colon, function = spec.rpartition(":")
    if not colon or re.search(r"[\\/.]", function):  # no colon, or that of a Windows drive
        where, function = spec, None
    if function is not None and not function.isidentifier():
        raise CannotLoad(
            f"{spec!r} names no function; write my_layers.py:conv_forward, or a module instead of "
            "the file"
        )
    if not where.strip():
        raise CannotLoad(f"{spec!r} names no file; write my_layers.py:conv_forward")
    if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", where) and not _looks_like_file(where):
        return Place(None, where, function, where)
    return _file(where, function, boxed)


def _looks_like_file(where):
    return where.endswith((".py", *FOREIGN)) or os.path.isfile(where)


def _file(path, function, boxed):
    stem, ending = os.path.splitext(os.path.basename(path))
    compiled = boxed and path.endswith(tuple(EXTENSION_SUFFIXES))
    stem = stem.split(".")[0] if compiled else stem  # without the platform in its name
    if os.path.isdir(path):
        raise CannotLoad(f"{path!r} is a folder; name a file in it, {os.path.join(path, 'x.py')}")
    if not os.path.exists(path):
        raise CannotLoad(f"there is no file {path!r}{_near_file(path)}")
    if ending in FOREIGN and not compiled:
        what = FOREIGN[ending].format(path=path, stem=stem, function=function or "function")
        raise CannotLoad(f"{path!r} {what}")
    if not os.path.isfile(path):
        raise CannotLoad(f"{path!r} is no ordinary file")
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise CannotLoad(f"{path!r} cannot be read: {error.strerror}") from None
    module = stem if stem.isidentifier() else "student"
    absolute = os.path.realpath(path) if boxed else os.path.abspath(path)
    return Place(absolute, module, function, path)


def _near_file(path):
    from minidl.spelling import near_miss

    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        return f"; the folder {folder!r} does not exist"
    files = [name for name in os.listdir(folder) if name.endswith(".py")]
    return near_miss(os.path.basename(path), files)
