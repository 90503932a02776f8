"""Other people's functions: what they return comes back, and nothing they do gets through."""

import functools
import os
import pathlib
import re
import time

import numpy as np
import pytest

from minidl import students
from minidl.students import CannotLoad, Foreign, Here, Student

FUNCTIONS = str(pathlib.Path(__file__).with_name("functions.py"))
X = np.arange(-3, 3.0).reshape(2, 3)


@pytest.fixture(scope="module")
def student():
    with Student(FUNCTIONS, limit=20) as student:
        yield student


def test_forward_and_backward_share_a_cache_that_stays_there(student):
    forward = student.call("relu_forward", X, returns=("out",), keep="cache")
    np.testing.assert_array_equal(forward.values[0], np.maximum(X, 0))
    assert 0 < forward.seconds < 1
    backward = student.call("relu_backward", X, forward.kept, returns=("dx",))
    np.testing.assert_array_equal(backward.values[0], X * (X > 0))
    assert forward.changes == backward.changes == ()
    assert "here I am" in student.printed


def test_every_kind_of_argument_arrives(student):
    given = (
        X,
        {"stride": 2, "pad": (1, 2), "running_mean": X[0], "mode": "train"},
        None,
        (1, 2),
        np.float32(0.1),
        np.nan,
        np.zeros((0, 3)),
        np.array(5, dtype=np.int8),
    )
    call = student.call("echo", *given)
    for before, after in zip(given, call.values, strict=True):
        if isinstance(before, (dict, tuple)):
            assert isinstance(after, Foreign)
        else:
            np.testing.assert_array_equal(before, after)
            assert type(before) is type(after)
            assert getattr(before, "dtype", None) == getattr(after, "dtype", None)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x,
        np.asfortranarray,
        lambda x: np.repeat(x, 2, axis=1)[:, ::2],
        lambda x: x.astype(">f8"),
        lambda x: np.broadcast_to(x, (2, *x.shape)),
    ],
)
def test_arrays_lie_in_memory_as_they_did(student, change):
    x = change(X)
    expected = [x.flags.c_contiguous, x.flags.f_contiguous, x.flags.writeable, x.dtype.isnative]
    assert student.call("layout", x).values[0].tolist() == expected
    np.testing.assert_array_equal(student.call("echo", x).values[0], x)


def test_changes_of_arguments_are_seen(student):
    call = student.call("in_place", X, {"mode": "train"}, returns=("out",), keep="cache")
    array, entry = call.changes
    assert (array.argument, array.key, array.index) == ("x", None, (0, 0))
    assert (array.before, array.after) == (-3, 0)
    assert (entry.argument, entry.key, entry.before, entry.after) == ("param", "seen", None, 3)
    assert X.min() == -3


def test_a_result_in_the_memory_of_the_one_before_is_seen(student):
    assert not student.call("same_buffer", X).reused
    assert student.call("same_buffer", X).reused
    assert not student.call("echo", X).reused
    assert not student.call("echo", X).reused


def test_seconds_are_taken_where_the_function_runs(student):
    times = student.seconds("relu_forward", X, repeats=7, warmup=2)
    assert len(times) == 7
    assert all(0 < seconds < 1 for seconds in times)
    before = int(student.call("remembers", X).values[0])
    student.seconds("remembers", X, repeats=4, warmup=3)
    assert student.call("remembers", X).values[0] == before + 8


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("no_return", "WrongResult", "returned None, must return out; is the return missing?"),
        ("list_of_lists", "WrongResult", "out is a list of 2, must be an array of numbers"),
        ("words", "WrongResult", "out is a str, must be"),
        ("objects", "WrongResult", "out is an array of shape (2,) and dtype object, must be"),
        ("matrix", "WrongResult", "out is a MaskedArray, which"),
        ("two", "WrongResult", "returned a tuple of 2, must return out alone"),
        ("untouched", "NotWritten", "not written yet"),
        ("raises", "Raised", "raised IndexError: index 7 is out of bounds"),
        ("raises", "Raised", "return x[7])"),
        ("recurses", "Raised", "raised RecursionError"),
        ("exits", "Ended", "ended by sys.exit(3) (functions.py, line"),
        ("relu_backward", "WrongSignature", "takes (dout, cache), and is called with 1 arg"),
        ("relu_foward", "CannotLoad", "no function 'relu_foward'; did you mean 'relu_forward'?"),
        ("not_a_function", "CannotLoad", "not_a_function is a int, which cannot be called"),
        ("fly", "CannotLoad", "has no function 'fly'; it has relu_forward, relu_backward"),
    ],
)
def test_what_gives_no_result_says_so(student, name, kind, message):
    with pytest.raises(getattr(students, kind), match=re.escape(message)) as error:
        student.call(name, X, returns=("out",))
    assert "\n" not in str(error.value)
    assert (error.value.line is not None) == (kind in ("NotWritten", "Raised", "Ended"))


def test_a_wrong_number_of_results(student):
    with pytest.raises(students.WrongResult, match="returned 2 results, must return dx, dw, db"):
        student.call("two", X, returns=("dx", "dw", "db"))
    with pytest.raises(students.WrongResult, match="array of shape .* alone, must return out, cac"):
        student.call("same_buffer", X, returns=("out",), keep="cache")


def test_loops_are_ended_and_the_line_is_named():
    with Student(FUNCTIONS + ":loops", limit=0.5) as student:
        start = time.monotonic()
        with pytest.raises(students.TimedOut, match=r"loops: did not end within 0.5 s \(func") as e:
            student.call(None, X)
        assert time.monotonic() - start < 30
        assert e.value.line is not None
        assert student.call("echo", X).values[0][0, 0] == -3  # by a new worker


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("exits_hard", "Ended", "ended the process, exit code 0"),
        ("leaves_a_child", "Ended", "ended the process, exit code 5"),
        ("crashes", "Crashed", "crashed, "),
        ("closes_everything", "CallFailed", "closes_everything: "),
    ],
)
def test_a_process_that_is_gone_is_an_exception(student, name, kind, message):
    kept = student.call("relu_forward", X, returns=("out",), keep="cache").kept
    with pytest.raises(getattr(students, kind), match=message):
        student.call(name, X)
    with pytest.raises(students.Lost, match="the process that had it was ended"):
        student.call("relu_backward", X, kept)


def test_printing_and_reading_do_no_harm():
    with Student(FUNCTIONS, limit=20) as student:
        np.testing.assert_array_equal(student.call("floods", X).values[0], X)
        assert student.call("reads", X).values[0] == 0
        student.close()
        assert len(student.printed) < 70_000
        assert "bytes more" in student.printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(x):\nreturn x", "my.py, line 2: expected an indented block"),
        ("import nump", "importing .*my.py raised ModuleNotFoundError: No module named 'nump'"),
        ("x = 1\ny = x / 0", r"raised ZeroDivisionError: division by zero \(my.py, line 2: y = x"),
        ("import sys\nsys.exit()", r"ended by sys.exit\(None\) \(my.py, line 2.*__main__"),
        ("import os\nos._exit(0)", "importing .*my.py: ended the process, exit code 0"),
        ("while True:\n    pass", r"importing .*: did not end within 1 s \(my.py, line"),
        ("def g(x): pass", "has no function 'f'; it has g"),
        ("", "has no function 'f'; it has none at all"),
        ("f = 3", "f is a int, which cannot be called"),
        (b"f = '\xff\xfe'", "my.py, line|codec can't decode"),
        (b"\x00\x01", "null bytes"),
    ],
)
def test_files_that_cannot_be_imported(tmp_path, text, message):
    path = tmp_path / "my.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CannotLoad, match=message) as error:
        Student(f"{path}:f", limit=1 if "while" in str(text) else 30)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("nothing.py:f", "there is no file 'nothing.py'$"),
        ("laers.py:f", "there is no file 'laers.py'; did you mean 'layers.py'?"),
        ("there/layers.py:f", "the folder 'there' does not exist"),
        (".", "'.' is a folder; name a file in it"),
        ("", "'' names no file; write my_layers.py:conv_forward"),
        (":f", "':f' names no file"),
        ("my.pyx:f", "is Cython, which has to be compiled: .* my:f"),
        ("notebook.ipynb:f", "is a notebook; .*%%writefile"),
        ("layers.py:relu forward", "names no function; write my_layers.py:conv_forward"),
        ("layers.py:", "names no function"),
        ("no_such_module:f", "there is no module 'no_such_module' here"),
        ("numpy.no_such:f", "raised ModuleNotFoundError"),
    ],
)
def test_wrong_places(tmp_path, monkeypatch, spec, message):
    monkeypatch.chdir(tmp_path)
    for name in ("layers.py", "my.pyx", "notebook.ipynb"):
        (tmp_path / name).touch()
    with pytest.raises(CannotLoad, match=message):
        Student(spec)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "my.py"
    path.touch(mode=0)
    with pytest.raises(CannotLoad, match="cannot be read: Permission denied"):
        Student(f"{path}:f")


def test_marks_and_endings_of_other_editors(tmp_path, monkeypatch):
    """A byte order mark and CRLF are read, a neighbour is imported, and nothing is left behind."""
    (tmp_path / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    (tmp_path / "numpy copy.py").write_bytes(
        b"\xef\xbb\xbffrom helper import twice\r\n\r\ndef f(x):\r\n    return twice(x)\r\n"
    )
    with Student(tmp_path / "numpy copy.py") as student:
        assert student.names == ["f"]
        np.testing.assert_array_equal(student.call("f", X).values[0], 2 * X)
    monkeypatch.chdir(tmp_path)
    with Student("helper:twice") as student:
        np.testing.assert_array_equal(student.call(None, X).values[0], 2 * X)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["helper.py", "numpy copy.py"]


def test_what_was_imported_is_not_the_students_own(tmp_path, monkeypatch):
    """A partial function is, whatever it is made of; so is what a package gathers of its own."""
    package = tmp_path / "my_layers"
    package.mkdir()
    text = "from functools import partial, reduce\nfrom numpy import maximum\n"
    text += "def conv_forward(x): pass\nrelu_forward = partial(maximum, 0)\n"
    (package / "conv.py").write_text(text)
    (package / "__init__.py").write_text("from my_layers.conv import *\nfrom os import getcwd\n")
    with Student(package / "conv.py") as student:
        assert student.names == ["conv_forward", "relu_forward"]
    monkeypatch.chdir(tmp_path)
    with Student("my_layers") as student:
        assert student.names == ["conv_forward", "relu_forward"]


def test_functions_of_this_process():
    def double(x):
        x *= 2
        return x

    with Here(double) as here:
        call = here.call(None, X, returns=("out",))
        assert call.values[0][0, 0] == -6
        assert call.changes[0].argument == "x"
        assert len(here.seconds("double", X, repeats=3)) == 3
        with pytest.raises(CannotLoad, match="did you mean 'double'"):
            here.call("doubel", X)
    assert X[0, 0] == -3


def test_functions_without_a_name_of_their_own_have_one_here():
    class Twice:
        def __call__(self, x):
            return 2 * x

    for function, name in [(Twice(), "Twice"), (functools.partial(np.add, 1), "add")]:
        with Here(function) as here:
            assert here.names == [name]
            assert here.call(None, X).values[0].shape == X.shape
    with pytest.raises(CannotLoad, match="different names, got <lambda>, <lambda>; define them by"):
        Here(lambda x: x, lambda dout, cache: dout)


def test_limits_are_numbers_above_0():
    with pytest.raises(ValueError, match="Student: limit must be above 0 and finite, got 0"):
        Student(FUNCTIONS, limit=0)
    with pytest.raises(ValueError, match="seconds: repeats must be at least 1"):
        Here(min).seconds("min", X, repeats=0)
