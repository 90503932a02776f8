"""Compile the Cython files of this folder, with the flags of setup.py, into ``build/steps``."""

import importlib.util
import pathlib
import runpy
import sys
from functools import cache
from unittest import mock

from minidl.kernels import LEVEL

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "build" / "steps" / LEVEL


class MissingToolError(Exception):
    """Something that compiling needs is not there."""


@cache
def compiled(name):
    """Compile ``name.pyx`` of this folder, if it has changed, and import it.

    Raises
    ------
    MissingToolError
        If setuptools, Cython or a C compiler is missing, or compiling fails.
    """
    try:
        from Cython.Build import cythonize
        from Cython.Compiler.Errors import CompileError
        from setuptools import Distribution, Extension
        from setuptools.errors import BaseError
    except ImportError as error:
        raise MissingToolError(
            f"the compiled steps need Cython and setuptools ({error}); "
            'run pip install "Cython >= 3.1" "setuptools >= 77"'
        ) from None
    project = _project()
    kind = "msvc" if sys.platform == "win32" else "unix"
    module = Extension(f"minidl_steps.{name}", [str(HERE / f"{name}.pyx")])
    module.extra_compile_args = project["OPTIMISE"][kind] + project["LEVELS"][LEVEL][kind]
    module.depends = [str(ROOT / "setup.py")]
    module.extra_compile_args += ["-w"] * (kind == "unix")  # nobody asked about unused constants
    options = {"include_path": [str(HERE), str(ROOT)], "compiler_directives": project["DIRECTIVES"]}
    try:
        (built,) = cythonize([module], build_dir=str(FOLDER), quiet=True, **options)
        command = Distribution({"ext_modules": [built]}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(FOLDER), str(FOLDER / "objects")
        command.ensure_finalized()
        command.run()
    except (BaseError, CompileError) as error:
        raise MissingToolError(
            f"{name}.pyx was not compiled ({error}); the compiled steps need a C compiler"
        ) from None
    return _imported(module.name, command.get_ext_fullpath(module.name))


@cache
def _project():
    """Return what setup.py defines, without letting it build anything."""
    with mock.patch("setuptools.setup"):
        return runpy.run_path(str(ROOT / "setup.py"))


def _imported(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
