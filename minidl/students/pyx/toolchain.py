"""Cython and the C compiler: which they are, how they are called, and how to get them."""

import importlib.metadata
import importlib.util
import re
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np

from minidl import extras

OLDEST = (3, 1)  # of Cython: older ones cannot leave out what is shared
CHECKED = {"unix": ["-O1", "-g0", "-w"], "msvc": ["/Od", "/w"]}
FAST = {
    "unix": ["-O3", "-g0", "-w", "-fno-math-errno", "-fno-trapping-math"],
    "msvc": ["/O2", "/w"],
}
GET_COMPILER = {
    "linux": "install one by sudo apt install gcc python3-dev, or by sudo dnf install gcc "
    "python3-devel",
    "darwin": "install one by xcode-select --install",
    "win32": "install the Build Tools for Visual Studio with their C++ part, "
    "https://visualstudio.microsoft.com/visual-cpp-build-tools/",
}
TRIED_NAME = "tried_by_minidl.pyx"
TRIED = "def twice(double[:] x):\n    return 2 * x[0]\n"


def require_cython(op="compiling Cython"):
    """Return Cython's version.

    Raises
    ------
    ImportError
        If Cython or setuptools is missing or too old.
    """
    extras.optional(op, "cython", "Cython")
    if importlib.util.find_spec("setuptools") is None:
        extras.optional(op, "cython", "setuptools")
    version = importlib.metadata.version("cython")
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST:
        raise ImportError(
            f"{op}: Cython {version} is too old, 3.1 is needed; "
            'run pip install --upgrade "minidl[cython]"'
        )
    return version


def shared(version):
    """Return the file with Cython's functions for arrays, or None if another Cython made it.

    minidl's kernels have it, too.  A module that finds it beside itself is built in half the time.
    """
    from minidl import kernels
    from minidl.kernels import shared as module

    made_by = type(kernels.probe.flags).__module__
    return Path(module.__file__) if made_by == f"_cython_{version.replace('.', '_')}" else None


def flags(optimised):
    """Return the compiler's flags, by its kind.

    Optimised code is for this processor: it gets the flags of the CPU level that the kernels
    have here.
    """
    if not optimised:
        return CHECKED
    from minidl import kernels

    level = [
        flag
        for flag in kernels.probe.flags().get(kernels.LEVEL, "").split()
        if flag.startswith(("-m", "/arch"))
    ]
    return {kind: own + level for kind, own in FAST.items()}


def fingerprint(optimised):
    """Return everything besides the file that a build depends on, as text."""
    version = require_cython()
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    parts = version, bool(shared(version)), suffix, np.__version__, sys.version, flags(optimised)
    return repr(parts)


def can_build():
    """Return whether ``.pyx`` files can be compiled here, and one line about it.

    A module of two lines is compiled, which takes a few seconds.

    Returns
    -------
    ok : bool
    words : str
        Versions, or what is missing and how to get it.
    """
    from minidl.students.pyx.build import build

    try:
        version = require_cython("compiling .pyx files")
        with tempfile.TemporaryDirectory(prefix="minidl-") as folder:
            path = Path(folder, TRIED_NAME)
            path.write_text(TRIED, encoding="utf-8")
            build(path, folder, optimised=True)
    except ImportError as error:
        return False, str(error)
    except (OSError, ValueError) as error:
        get = GET_COMPILER.get(sys.platform, "install a C compiler")
        why = str(error).partition("failed: ")[2] or error
        return False, f"the C compiler is missing or does not work; {get} ({why})"
    setuptools = importlib.metadata.version("setuptools")
    return True, f"Cython {version}, setuptools {setuptools}, and a C compiler that works"
