"""Import a student's file or module, and say in one line what keeps it from being imported."""

import functools
import importlib
import linecache
import os
import sys
import traceback

from minidl.spelling import near_miss
from minidl.students.failures import CannotLoad
from minidl.students.importing import load_file


def load(place):
    """Import the file or module of a :class:`~minidl.students.place.Place`.

    A file's own folder comes first on the path, as if it were run as a script; a module is looked
    for in the current folder, too.  No ``__pycache__`` is left behind.

    Raises
    ------
    CannotLoad
        If importing it raises, or ends the process.
    """
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(place.path) if place.path else os.getcwd())
    try:
        return _import(place)
    except SyntaxError as error:
        file = os.path.basename(error.filename or place.shown)
        source = f": {error.text.strip()}" if error.text and error.text.strip() else ""
        where = f"{file}, line {error.lineno}" if error.lineno else file
        raise CannotLoad(f"{where}: {error.msg}{source}", error.lineno or None) from None
    except ModuleNotFoundError as error:
        if place.path is None and error.name == place.module.split(".")[0]:
            raise CannotLoad(
                f"there is no module {place.module!r} here ({os.getcwd()}) or installed; a file is "
                "given as my_layers.py:conv_forward"
            ) from None
        raise _import_raised(place, error) from None
    except BaseException as error:
        raise _import_raised(place, error) from None


def _import(place):
    if place.path is None:
        return importlib.import_module(place.module)
    name = place.module if place.module not in sys.modules else f"student_{place.module}"
    return load_file(place.path, name=name)


def _import_raised(place, error):
    line, where = where_raised(error, place.path)
    if isinstance(error, SystemExit):
        return CannotLoad(
            f"importing {place.shown} ended by sys.exit({error.code!r}){where}; what is to be run "
            "as a script only goes under if __name__ == '__main__':",
            line,
        )
    return CannotLoad(f"importing {place.shown} raised {in_words(error)}{where}", line)


def in_words(error):
    """Return an exception's type and the first line of its message."""
    try:
        message = str(error).strip().splitlines()
    except BaseException:  # an exception of a student's own may fail at this, too
        message = []
    return f"{type(error).__name__}: {message[0][:300]}" if message else type(error).__name__


def where_raised(error, path):
    """Return the line of the student's file that raised, and the same in words.

    Parameters
    ----------
    error : BaseException
    path : str or None
        The student's file; other files count only where it has no part in the error.
    """
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return line_in_words(frames, path)


def line_in_words(frames, path):
    """Choose the innermost of ``frames``, (file, line) from outside in, that is the student's."""
    here = os.path.dirname(__file__)
    own = [frame for frame in frames if path and _is_part_of(frame[0], path)]
    others = [
        frame
        for frame in frames
        if os.path.isfile(frame[0]) and os.path.dirname(os.path.abspath(frame[0])) != here
    ]
    if not (own or others):
        return None, ""
    file, line = (own or others)[-1]
    source = linecache.getline(file, line).strip()
    shown = f": {source[:100]}" if source else ""
    return line, f" ({os.path.basename(file)}, line {line}{shown})"


def _is_part_of(file, path):
    """Return whether a file is that of ``path``, or the Cython that it was compiled from."""
    name = os.path.basename(path)
    if name.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES)):
        return os.path.basename(file) == f"{name.partition('.')[0]}.pyx"
    return os.path.abspath(file) == path


def functions_of(module):
    """Return the names of the public functions that a module or package defines, in order."""
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and callable(thing)
        and not isinstance(thing, type)
        and _is_own(thing, module)
    ]


def _is_own(thing, module):
    """Return whether something was made in a module, and not imported into it."""
    if isinstance(thing, functools.partial):  # it names the module of its class, not its own
        return True
    home = getattr(thing, "__module__", None) or ""
    in_package = hasattr(module, "__path__") and home.startswith(f"{module.__name__}.")
    return home == module.__name__ or in_package


def function(module, name, shown):
    """Return a module's function.

    Raises
    ------
    CannotLoad
        If there is none of this name; near misses are named.
    """
    names = functions_of(module)
    if not hasattr(module, name):
        hint = near_miss(name, names)
        if not hint:
            hint = f"; it has {', '.join(names[:20])}" if names else "; it has none at all"
        raise CannotLoad(f"{shown} has no function {name!r}{hint}")
    found = getattr(module, name)
    if not callable(found):
        raise CannotLoad(f"{shown}: {name} is a {type(found).__name__}, which cannot be called")
    return found
