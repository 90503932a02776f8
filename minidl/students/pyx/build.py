"""Build a student's ``.pyx`` file: our own build, whatever the file says about itself."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from minidl.students.failures import CannotBuild
from minidl.students.pyx import toolchain
from minidl.students.pyx.command import run
from minidl.students.pyx.words import failure

SHARED = "minidl_cython"  # a package for what Cython shares, as nobody has one of this name
STAGES = ("to_c.py", "to_module.py")


def build(path, folder, optimised=False, limit=120.0, memory_mb=1024, box=None):
    """Compile a ``.pyx`` file alone, within limits, and return the path of the extension module.

    Without ``optimised``, every index, every view and every ``None`` is checked, and no
    directive of the file switches that off.  With it, the file's own directives count, and it is
    compiled for the processor at hand.  Lines that begin with ``# distutils:`` have no effect.  C
    code in a string, ``include``, and headers other than those of C's library are refused.

    Where the module needs what Cython shares between modules, that is put beside it.

    Nothing of the file is run.  What comes out is as trustworthy as what went in: it is loaded
    by a :class:`~minidl.students.Student`, in another process.

    Parameters
    ----------
    path : path-like
    folder : path-like
        Where the module is to be.
    optimised : bool
    limit : float
        Seconds for Cython and the C compiler together.
    memory_mb : int
        What each of them may use, in MiB.
    box : Box, optional
        What keeps them from other files and from the network.

    Returns
    -------
    str

    Raises
    ------
    CannotBuild
        If the file has errors, or needs more time or memory; one line, with the file's.
    ImportError
        If Cython or setuptools is missing.
    OSError
        If there is no C compiler, or it does not work.
    """
    path = Path(path)
    if not path.stem.isidentifier():
        raise CannotBuild(f"{path.name}: a module must be named as a Python name is")
    version = toolchain.require_cython(f"compiling {path.name}")
    shared = toolchain.shared(version)
    requests = {
        "to_c.py": {
            "source": path.name,
            "module": path.stem,
            "checked": not optimised,
            "shared": f"{SHARED}.{shared.name.partition('.')[0]}" if shared else "",
        },
        "to_module.py": {"module": path.stem, "flags": toolchain.flags(optimised)},
    }
    with tempfile.TemporaryDirectory(prefix="minidl-build-", ignore_cleanup_errors=True) as work:
        shutil.copyfile(path, Path(work, path.name))
        end = time.monotonic() + limit
        for script in STAGES:
            left = max(end - time.monotonic(), 0.1)
            ran = run(script, requests[script], work, left, memory_mb, box)
            if ran.code != 0:
                error = failure(path.name, script, ran, limit, memory_mb)
                raise _blamed(error, path.name) if isinstance(error, OSError) else error
        (made,) = Path(work, "built").iterdir()
        target = Path(folder, made.name)
        shutil.move(made, target)
        if shared:
            Path(folder, SHARED).mkdir(exist_ok=True)
            shutil.copy(shared, Path(folder, SHARED))
    return os.fspath(target)


def _blamed(error, name):
    """Return ``error``, or that the file is to blame if a file without errors can be compiled."""
    if name == toolchain.TRIED_NAME:
        return error
    fine, words = toolchain.can_build()
    says = str(error).partition(": ")[2]
    return CannotBuild(f"{name}: {says}") if fine else OSError(f"compiling {name}: {words}")
