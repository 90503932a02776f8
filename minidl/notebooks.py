"""Notebooks written for ``cs231n``, run as they are: its name stands for minidl."""

import importlib
import importlib.abc
import importlib.util
import sys

import minidl

COURSE = "cs231n"


def as_cs231n():
    """Let ``import cs231n`` and everything below it mean minidl, from now on in this process.

    ``from cs231n.classifiers.cnn import *`` then imports :mod:`minidl.classifiers.cnn`, the very
    same module object, so that nothing exists twice.  Calling it again changes nothing.

    Raises
    ------
    RuntimeError
        If a package of that name was imported already; restart, and call this first.

    Examples
    --------
    >>> import minidl
    >>> minidl.as_cs231n()
    >>> from cs231n.layers import affine_forward
    """
    loaded = sys.modules.get(COURSE)
    if loaded is minidl:
        return
    if loaded is not None:
        raise RuntimeError(
            f"as_cs231n: another {COURSE!r} is imported already, from "
            f"{getattr(loaded, '__file__', None)!r}; restart Python and call this first"
        )
    sys.modules[COURSE] = minidl
    sys.meta_path.insert(0, _StandIn())


class _StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``cs231n.x.y`` by importing ``minidl.x.y``."""

    def find_spec(self, name, path=None, target=None):
        """Answer for names below the course's package, and for no others."""
        if not name.startswith(f"{COURSE}."):
            return None
        if importlib.util.find_spec(_own_name(name)) is None:
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        """Return minidl's module of that name."""
        module = importlib.import_module(_own_name(spec.name))
        spec.loader_state = module.__spec__, module.__loader__, module.__package__
        return module

    def exec_module(self, module):
        """Leave the module as it was: importing it has run it, and it keeps its own name."""
        module.__spec__, module.__loader__, module.__package__ = module.__spec__.loader_state


def _own_name(name):
    return "minidl" + name.removeprefix(COURSE)
