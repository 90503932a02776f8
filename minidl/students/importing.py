"""What a student's file may import, and which of its neighbours' functions are not its own."""

import os
import sys
import sysconfig
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    PathFinder,
    SourceFileLoader,
)
from importlib.util import module_from_spec, spec_from_loader

IMPORT_ITSELF = ("<frozen ", os.path.dirname(os.__file__) + os.sep + "importlib")


class Refusing:
    """A finder that refuses modules to a student's files, but not to installed packages.

    Parameters
    ----------
    names : sequence of str
        Modules, each with all that is in it.
    folders : sequence of str
        Where installed packages lie.
    """

    def __init__(self, names, folders):
        self._names = tuple(names)
        own = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
        self._installed = tuple(os.path.realpath(one) + os.sep for one in {*own, *folders})

    def find_spec(self, name, path=None, target=None):
        """Leave what is allowed to other finders."""
        for refused in self._names:
            if (name + ".").startswith(refused + ".") and not self._is_installed(_asking()):
                raise ImportError(f"import of {refused} is not allowed in this assignment")

    def forget(self):
        """Take modules that are refused out of those that are imported already, and minidl."""
        for name in list(sys.modules):
            if any((name + ".").startswith(refused + ".") for refused in (*self._names, "minidl")):
                del sys.modules[name]

    def _is_installed(self, file):
        return file.startswith(self._installed)


class StandIns:
    """A finder that puts the functions of others into a student's modules.

    Where the student's module cannot be imported, or there is none, they are all that is in it.

    Parameters
    ----------
    stand_ins : sequence of (module, function, path)
        The function of a module is to be that of a file.
    folders : sequence of str
        Where the student's modules are.
    """

    def __init__(self, stand_ins, folders):
        self._stand_ins, self._folders = [tuple(one) for one in stand_ins], list(folders)
        self._loaded = {}  # by path

    def find_spec(self, name, path=None, target=None):
        """Find a module that some function of is to be replaced in."""
        if not any(module == name for module, _, _ in self._stand_ins):
            return None
        spec = PathFinder.find_spec(name, self._folders)
        own = spec.loader if spec is not None else None
        spec = spec or spec_from_loader(name, loader=None)
        spec.loader = _Loader(own, self)
        return spec

    def apply(self, module, name):
        """Replace the functions of a module that is imported under a name."""
        for home, function, path in self._stand_ins:
            if home == name:
                setattr(module, function, getattr(self._file(path), function))

    def _file(self, path):
        """Import a file of stand-ins under a name that no student's file has."""
        if path not in self._loaded:
            self._loaded[path] = load_file(path, f"_stand_in_{len(self._loaded)}.")
        return self._loaded[path]


class _Loader:
    """Load a module as it is, if it can be; then let the functions of others stand in."""

    def __init__(self, own, stand_ins):
        self._own, self._stand_ins = own, stand_ins

    def create_module(self, spec):
        try:
            return self._own.create_module(spec)
        except BaseException:
            self._own = None

    def exec_module(self, module):
        before = dict(vars(module))
        try:
            self._own.exec_module(module)
        except BaseException:
            vars(module).clear()
            vars(module).update(before)
        self._stand_ins.apply(module, module.__name__)


def load_file(path, prefix="", name=None):
    """Import a Python file or a compiled module, whatever stands on the path.

    Parameters
    ----------
    path, prefix : str
        The module's name is that of the file behind the prefix; a compiled one knows the last
        part of it, and accepts no other.
    name : str, optional
        Another name.

    Returns
    -------
    module
    """
    name = name or prefix + os.path.basename(path).split(".")[0]
    compiled = path.endswith(tuple(EXTENSION_SUFFIXES))
    loader = (ExtensionFileLoader if compiled else SourceFileLoader)(name, path)
    module = module_from_spec(spec_from_loader(name, loader))
    sys.modules[name] = module  # where pickling and dataclasses look for it
    loader.exec_module(module)
    return module


def _asking():
    """Return the file that an import stands in, or "" where none is."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(IMPORT_ITSELF):
        frame = frame.f_back
    return frame.f_code.co_filename if frame is not None else ""
