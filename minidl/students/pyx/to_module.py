"""Compile C into an extension module; runs in a process of its own and imports nothing of minidl.

``python to_module.py REQUEST``, where the request is JSON with "module" and "flags", by kind of
compiler.  What the compiler says goes to standard error, and the exit code says what failed.
"""

import importlib.util
import json
import os
import platform
import shutil
import sys
import traceback

NOT_C, OURS = 4, 5  # exit codes: the compiler refused the file, or there is a fault of ours
OTHERS = ("cc", "gcc", "clang")  # where there is none of the name that Python was built with


def main():
    """Compile as the request says."""
    request = json.loads(sys.argv[1])
    try:
        from setuptools.errors import CompileError, LinkError

        command = _command(**request)
        command.run()
    except (CompileError, LinkError) as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_C)
    except Exception:
        traceback.print_exc()
        sys.exit(OURS)


def _command(module, flags):
    """Return setuptools' command that knows each system's compiler, headers and libraries."""
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    if sys.platform == "darwin":  # not for all processors that this Python runs on
        os.environ["ARCHFLAGS"] = f"-arch {platform.machine()}"

    class Build(build_ext):
        def build_extensions(self):
            _replace_missing(self.compiler)
            kind = "msvc" if self.compiler.compiler_type == "msvc" else "unix"
            for extension in self.extensions:
                extension.extra_compile_args = flags[kind]
            super().build_extensions()

    extension = Extension(module, [f"{module}.c"], include_dirs=_numpy_headers())
    command = Build(Distribution({"name": module, "ext_modules": [extension]}))
    command.build_lib, command.build_temp = "built", "objects"
    command.ensure_finalized()
    return command


def _numpy_headers():
    """Return the folder of NumPy's headers, which a file that cimports it needs."""
    found = importlib.util.find_spec("numpy")
    roots = found.submodule_search_locations if found else []
    folders = [os.path.join(root, core, "include") for root in roots for core in ("_core", "core")]
    return [folder for folder in folders if os.path.isdir(folder)][:1]


def _replace_missing(compiler):
    """Take another compiler if the one that Python was built with is not here."""
    own = getattr(compiler, "compiler_so", None)
    other = next(filter(shutil.which, OTHERS), None)
    if own and other and not shutil.which(own[0]):
        for part in ("compiler", "compiler_so", "linker_so"):
            command = getattr(compiler, part)
            compiler.set_executable(part, [other, *command[1:]])


if __name__ == "__main__":
    main()
