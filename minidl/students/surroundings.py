"""What a confined process has around it: variables, folders to see, folders not to see."""

import contextlib
import importlib.util
import os
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np

HIDDEN = ("/home", "/root", "/tmp", "/var", "/run", "/dev/shm", "/mnt", "/media", "/srv")
ONE_THREAD = (
    *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
    *("VECLIB_MAXIMUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
)
HANDED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
MINIDL = str(Path(__file__).resolve().parents[1])
SYSTEM = (  # at the root; what else is there is somebody's, and may hold anything
    *("bin", "boot", "dev", "etc", "gnu", "nix", "opt", "proc", "sbin", "snap", "sys", "usr"),
)
NOT_HIDDEN = ("/", "/usr", "/usr/local", "/etc", "/lib", "/proc", "/sys")  # if one is a home
NEEDED_OF_MINIDL = ("__init__.py", "spelling.py", "students")


def python():
    """Return the interpreter, not that of a virtual environment, which only points to it."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def variables(folder):
    """Return the environment of a process whose home is ``folder``; nothing of ours is in it."""
    own = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), folder)
    fixed = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    fixed |= {"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath}
    return own | homes | fixed | dict.fromkeys(ONE_THREAD, "1")


def package_folders():
    """Return the folders of installed packages: NumPy's, and others of our path."""
    found = [os.path.dirname(os.path.dirname(np.__file__))]
    found += [p for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages")]
    return list(dict.fromkeys(map(os.path.realpath, found)))


def needed(box, *paths):
    """Return what a worker has to see wherever it lies, and ``paths`` as well."""
    places = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    places += [sysconfig.get_config_var("LIBDIR"), os.path.dirname(python()), *package_folders()]
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        places += os.environ.get(name, "").split(os.pathsep)
    parts = NEEDED_OF_MINIDL if "minidl" in box.forbidden_imports else ("",)
    places += [os.path.join(MINIDL, name) for name in parts]
    return list(dict.fromkeys(os.path.realpath(path) for path in (*places, *paths) if path))


def hidden(box, kept=()):
    """Return the files and folders that a worker must not see.

    Homes and temporary folders hold keys, and sockets by which to ask others for favours; what an
    instructor keeps elsewhere, say the sources of an assignment, lies in a folder at the root that
    is no system's, but for one of ``kept``.  A forbidden package that is not there cannot be
    imported in any way.
    """
    places = [*HIDDEN, os.path.expanduser("~"), tempfile.gettempdir()]
    places = [path for path in places if os.path.realpath(path) not in NOT_HIDDEN]
    places += [path for path in _others_at_the_root() if path not in kept]
    roots = tuple(folder + os.sep for folder in package_folders())
    for name in box.forbidden_imports:
        with contextlib.suppress(ImportError, ValueError):
            spec = importlib.util.find_spec(name.split(".")[0])
            own = [*(spec.submodule_search_locations or [spec.origin])] if spec else []
            own = [os.path.realpath(path) for path in own if path]
            places += [p for p in own if p.startswith(roots) or p == MINIDL]
    return list(dict.fromkeys(map(os.path.realpath, map(os.fspath, [*places, *box.hide]))))


def _others_at_the_root():
    """Return the folders at the root that belong to no system: /work, /data, /course."""
    with os.scandir(os.sep) as entries:
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    names = [folder.name for folder in folders if not folder.name.startswith("lib")]
    return [os.sep + name for name in names if name not in SYSTEM]
