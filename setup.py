"""Compile the kernels: one C file each from Cython, built once for every CPU level.

An installed package travels (shared home folders, wheels), so nothing here asks for the machine
it is built on.  Each level is a subpackage of ``minidl.kernels``, and one is picked at import.
``MINIDL_LEVELS=baseline`` builds that level alone, in less than half of the time;
``MINIDL_DEBUG=1`` compiles bounds checks in.  Everything else is in pyproject.toml.
"""

import os
import pathlib
import shutil
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

DEBUG = os.environ.get("MINIDL_DEBUG", "0") not in ("", "0")
SOURCES = pathlib.Path("minidl/kernels")
KERNELS = sorted({path.stem for path in SOURCES.glob("*.pyx")} - {"probe"})
NO_LEVEL = {"unix": [], "msvc": []}
LEVELS = {"baseline": NO_LEVEL}
if sysconfig.get_platform().endswith(("x86_64", "amd64")):
    LEVELS["x86_64_v3"] = {"unix": ["-mavx2", "-mfma"], "msvc": ["/arch:AVX2"]}
    AVX512 = ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"]
    LEVELS["x86_64_v4"] = {
        "unix": LEVELS["x86_64_v3"]["unix"] + AVX512,
        "msvc": ["/arch:AVX512"],
    }
CHOSEN = os.environ.get("MINIDL_LEVELS", "").replace(",", " ").split() or LEVELS
if unknown := set(CHOSEN) - set(LEVELS):
    raise SystemExit(
        f"MINIDL_LEVELS may name {', '.join(LEVELS)} on this system, got {', '.join(unknown)}"
    )
LEVELS = {level: own for level, own in LEVELS.items() if level in CHOSEN}

SHARED = "minidl.kernels.shared"  # what Cython needs for arrays, once instead of in every kernel

# Neither errno nor traps are used; unlike -ffast-math, NaN and infinity stay what they are.
# A gap of four cells is cleared by a loop in less time than a call of memset takes.
# Without the debug information for which Python's flags ask, a build takes a quarter less time.
RELEASE = ["-O3", "-g0", "-fno-math-errno", "-fno-trapping-math"]
RELEASE += ["-fno-tree-loop-distribute-patterns"]
OPTIMISE = {
    "unix": ["-O1", "-g"] if DEBUG else RELEASE,
    "msvc": ["/Od"] if DEBUG else ["/O2"],
}
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": DEBUG,
    "initializedcheck": DEBUG,
    "wraparound": False,
    "cdivision": True,
    "freethreading_compatible": True,
}


class BuildKernels(build_ext):
    """Run Cython once for each kernel, then the C compiler once for each kernel and level."""

    def run(self):
        """Build, and leave the kernels beside their sources too.

        Python started in a clone imports ``minidl`` from there rather than from the installed
        package, and is to find kernels in either place.
        """
        self.force = True  # a debug build and a release build must not take each other's files
        self.parallel = self.parallel or os.cpu_count()
        super().run()
        if not self.inplace:
            self.copy_extensions_to_source()

    def build_extensions(self):
        """Turn every .pyx into C, give each level its copy, and compile."""
        from Cython.Build import cythonize

        folder = pathlib.Path("build", "cython-debug" if DEBUG else "cython")
        kind = "msvc" if self.compiler.compiler_type == "msvc" else "unix"
        modules = [Extension(f"minidl.kernels.{path.stem}", [str(path)]) for path in _sources()]
        shared = Extension(SHARED, [f"{SHARED.replace('.', '/')}.c"])
        cythonize(
            [shared, *modules],
            build_dir=str(folder),
            compiler_directives=DIRECTIVES,
            force=DEBUG,
            shared_utility_qualified_name=SHARED,
        )
        for extension in self.extensions:
            *_, level, kernel = extension.name.split(".")
            generated = (folder / SOURCES / kernel).with_suffix(".c")
            copy = folder / level / generated.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(generated, copy)
            extension.sources = [str(copy)]
            level_flags = LEVELS.get(level, NO_LEVEL)
            extension.extra_compile_args = OPTIMISE[kind] + level_flags[kind]
            if DEBUG:
                extension.define_macros = [("MINIDL_DEBUG", "1")]
            if kernel == "probe":
                extension.define_macros.append(("MINIDL_FLAGS", _flags(kind)))
        super().build_extensions()


def _flags(kind):
    """Return the flags of every level as a string of C, for the probe to tell."""
    levels = (f"{level}: {' '.join(OPTIMISE[kind] + own[kind])}" for level, own in LEVELS.items())
    return f'"{"; ".join(levels)}"'


def _sources():
    return [SOURCES / f"{name}.pyx" for name in ("probe", *KERNELS)]


def _extensions():
    depends = [str(path) for path in SOURCES.glob("*.pxd")]
    names = ["minidl.kernels.probe"]
    names += [f"minidl.kernels.{level}.{kernel}" for level in LEVELS for kernel in KERNELS]
    extensions = [
        Extension(name, [str(SOURCES / f"{name.split('.')[-1]}.pyx")], depends=depends)
        for name in names
    ]
    return [Extension(SHARED, []), *extensions]  # its source is Cython's


setup(ext_modules=_extensions(), cmdclass={"build_ext": BuildKernels})
