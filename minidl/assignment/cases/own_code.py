"""The instructor's own code: functions of an assignment's folder, imported into this process."""

import contextlib
import importlib
import os
import sys
from pathlib import Path

from minidl.spelling import near_miss
from minidl.students.loading import in_words


@contextlib.contextmanager
def own_code(folder):
    """Let modules of an assignment's ``source`` and of its folder be imported.

    Afterwards they are forgotten, and modules of the same names are what they were before.

    Parameters
    ----------
    folder : path-like
    """
    folder = Path(folder).resolve()
    places = [folder / "source", folder]
    names = {file.stem for place in places for file in place.glob("*.py")}
    before = {name: sys.modules.pop(name) for name in names & sys.modules.keys()}
    path, writes = list(sys.path), sys.dont_write_bytecode
    sys.path[:0] = map(str, places)
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = path, writes
        for name in names & sys.modules.keys():
            del sys.modules[name]
        sys.modules.update(before)


def own_function(spec, task):
    """Return the function of ``module:function`` or ``file.py:function``; within `own_code`.

    Parameters
    ----------
    spec : str
    task : str
        Id of the task that names it, for errors.

    Raises
    ------
    ValueError
        If there is none, or importing it fails.
    """
    where, colon, name = spec.rpartition(":")
    module = where.removesuffix(".py").replace(os.sep, ".")
    if not colon or not module or not name.isidentifier():
        raise ValueError(f"task {task}: {spec!r} names no function; write module:function")
    if where.endswith(".pyx"):
        raise ValueError(
            f"task {task}: {where} is Cython, and nothing to compute what is right with; name a "
            'function in Python, reference = "module:function"'
        )
    try:
        found = importlib.import_module(module)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise ValueError(f"task {task}: importing {where} raised {in_words(error)}") from error
    if not callable(getattr(found, name, None)):
        names = [known for known, thing in vars(found).items() if callable(thing)]
        raise ValueError(f"task {task}: {where} has no function {name!r}{near_miss(name, names)}")
    return getattr(found, name)
