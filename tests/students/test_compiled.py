"""Compiled hand-ins in a box: loaded by their file, with neighbours, and ended like all others."""

import importlib.machinery
import pathlib
import shlex
import subprocess
import sysconfig

import numpy as np
import pytest

from minidl import students
from minidl.students import Box, CannotLoad, Student

SOURCE = """
from convolution import twice

def four_times(x):
    return 2 * twice(x)

def loops(x):
    cdef volatile long n = 1
    with nogil:
        while n:
            n = 1
"""
X = np.arange(6.0).reshape(2, 3)
SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a compiled module and its neighbour."""
    compiling = pytest.importorskip("Cython.Compiler.Main", reason="Cython compiles it")
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "fast_convolution.pyx").write_text(SOURCE)
    (folder / "convolution.py").write_text("def twice(x):\n    return 2 * x\n")
    result = compiling.compile(
        str(folder / "fast_convolution.pyx"), compiling.CompilationOptions(language_level=3)
    )
    assert not result.num_errors
    command = sysconfig.get_config_var("LDSHARED")
    if not command:
        pytest.skip("no C compiler that is called as on Unix")
    command = [*shlex.split(command), "-fPIC", "-O0", "-I", sysconfig.get_path("include")]
    made = folder / f"fast_convolution{SUFFIX}"
    try:
        subprocess.run([*command, result.c_file, "-o", made], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no C compiler")
    return folder


@pytest.fixture(params=["auto", False], ids=["confined", "not_confined"])
def box(request):
    return Box(confine=request.param)


def test_a_compiled_module_and_its_neighbour(folder, box):
    path = folder / f"fast_convolution{SUFFIX}"
    with Student(f"{path}:four_times", limit=20, box=box) as student:
        assert student.names == ["four_times", "loops"]
        np.testing.assert_array_equal(student.call(None, X).values[0], 4 * X)


def test_a_neighbour_in_another_folder(folder, box, tmp_path):
    path = tmp_path / f"fast_convolution{SUFFIX}"
    path.write_bytes((folder / path.name).read_bytes())
    with Student(path, limit=20, box=box, home=folder) as student:
        np.testing.assert_array_equal(student.call("four_times", X).values[0], 4 * X)


def test_a_loop_that_holds_no_lock_is_ended(folder, box):
    path = folder / f"fast_convolution{SUFFIX}"
    with Student(path, limit=20, box=box) as student:
        student.limit = 0.5
        with pytest.raises(students.TimedOut, match="loops: did not end within 0.5 s"):
            student.call("loops", X)
        student.limit = 20
        np.testing.assert_array_equal(student.call("four_times", X).values[0], 4 * X)


def test_a_compiled_function_stands_in(folder, box, tmp_path):
    (tmp_path / "convolution.py").write_text("def twice(x):\n    return 2 * x\n")
    (tmp_path / "net.py").write_text("import fast_convolution\ng = fast_convolution.four_times\n")
    path = str(folder / f"fast_convolution{SUFFIX}")
    stand_ins = [("fast_convolution", "four_times", path)]
    with Student(tmp_path / "net.py", limit=20, box=box, stand_ins=stand_ins) as student:
        np.testing.assert_array_equal(student.call("g", X).values[0], 4 * X)


def test_a_compiled_module_of_another_kind(box, tmp_path):
    path = pathlib.Path(tmp_path, f"layers{SUFFIX}")
    path.write_bytes(b"\x7fELF and no more")
    with pytest.raises(CannotLoad, match="importing .* raised ImportError: .*layers"):
        Student(path, limit=20, box=box)
    with pytest.raises(CannotLoad, match="is compiled; give the module instead"):
        Student(path, limit=20)
