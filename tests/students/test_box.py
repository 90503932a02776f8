"""A worker in a box is a worker like any other to code that means no harm."""

import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap

import numpy as np
import pytest

from minidl import students
from minidl.students import Box, CannotLoad, NotStarted, Student, guarded, surroundings

FUNCTIONS = str(pathlib.Path(__file__).with_name("functions.py"))
X = np.arange(-3, 3.0).reshape(2, 3)


@pytest.fixture(scope="module", params=["auto", False], ids=["confined", "not confined"])
def student(request):
    with Student(FUNCTIONS, limit=20, box=Box(confine=request.param)) as student:
        yield student


def test_forward_and_backward_share_a_cache_that_stays_there(student):
    forward = student.call("relu_forward", X, returns=("out",), keep="cache")
    np.testing.assert_array_equal(forward.values[0], np.maximum(X, 0))
    backward = student.call("relu_backward", X, forward.kept, returns=("dx",))
    np.testing.assert_array_equal(backward.values[0], X * (X > 0))
    assert forward.changes == backward.changes == ()
    assert "here I am" in student.printed


def test_what_is_in_force_is_said_in_words(student):
    measures = student.confinement
    assert measures["variables"] == "it has no environment variables of ours"
    assert all(words[0].islower() and " " in words for words in measures.values())
    assert students.confinement(Box(confine=False)).items() <= students.confinement().items()


def test_a_box_that_is_none():
    for name, wrong in [("memory_mb", 0), ("processes", -1), ("file_mb", 1.5), ("output_kb", None)]:
        with pytest.raises((ValueError, TypeError), match=f"Box: {name} must be"):
            Box(**{name: wrong})
    with pytest.raises(ValueError, match="Box: confine must be True, False or 'auto', got 'yes'"):
        Box(confine="yes")
    with pytest.raises(TypeError, match="Box: hide must be a sequence of texts, got one text"):
        Box(hide="/home")


def test_a_box_that_hides_what_it_needs(tmp_path):
    (tmp_path / "layers.py").write_text("def f(x): return x\n")
    if "hidden" in students.confinement():
        with pytest.raises(ValueError, match="Box: hide has .*, which the worker cannot do with"):
            Student(tmp_path / "layers.py", box=Box(hide=(str(tmp_path),)))


@pytest.mark.parametrize("home", ["/", "/usr", "/nonexistent"])
def test_homes_that_cannot_be_hidden(monkeypatch, home):
    monkeypatch.setattr(os.path, "expanduser", lambda path: home)
    with Student(FUNCTIONS, limit=20, box=Box()) as student:
        assert student.call("remembers", X).values[0] == 1
    with pytest.raises(ValueError, match="Box: hide has '/', which"):
        Student(FUNCTIONS, box=Box(hide=("/",)))


def test_folders_at_the_root_that_are_no_systems_are_hidden(monkeypatch, tmp_path):
    """An instructor's, for one: /data/course/source."""
    if "hidden" not in students.confinement():
        pytest.skip("nothing is hidden here")
    text = "import os\nimport numpy as np\ndef count(p): return np.array(len(os.listdir(p)))\n"
    (tmp_path / "lists.py").write_text(text)
    known = tuple(name for name in surroundings.SYSTEM if name != "etc")
    for system, is_empty in ((surroundings.SYSTEM, False), (known, True)):
        monkeypatch.setattr(surroundings, "SYSTEM", system)
        with Student(tmp_path / "lists.py", box=Box(), limit=20) as student:
            assert (student.call("count", "/etc").values[0] == 0) == is_empty


def test_who_forgets_to_close_leaves_no_folder(tmp_path):
    code = "import sys, minidl.students as s\nkept = s.Student(sys.argv[1], box=s.Box(), limit=50)"
    path = os.pathsep.join(filter(None, sys.path))
    variables = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code, FUNCTIONS], env=variables, check=True)
    assert list(tmp_path.iterdir()) == []


def test_what_only_a_box_has():
    with pytest.raises(ValueError, match="stand_ins and home are for a worker in a box"):
        Student(FUNCTIONS, home=".")


def test_a_system_without_namespaces(monkeypatch):
    """Whoever insists on them gets no worker; others get what there is."""
    monkeypatch.setattr(guarded, "LINUX", False)
    monkeypatch.setattr(guarded, "_refused", {})
    with pytest.raises(NotStarted, match="confine is True, and there are no namespaces here"):
        students.confinement(Box(confine=True))
    assert "network" not in students.confinement()


@pytest.mark.skipif(os.name == "nt", reason="there is no guard")
def test_a_guard_that_cannot_start(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__main__.py").write_text("raise OSError('no luck')")
    monkeypatch.setattr(guarded, "GUARD", str(tmp_path / "broken"))
    with pytest.raises(NotStarted, match="did not start: OSError: no luck"):
        students.confinement()
    monkeypatch.setattr(guarded, "GUARD", str(tmp_path / "nothing"))
    with pytest.raises(NotStarted, match="did not start: .*can't find '__main__'|can't open file"):
        students.confinement()
    monkeypatch.setattr(surroundings, "python", lambda: str(tmp_path / "python"))
    with pytest.raises(NotStarted, match="python cannot be started: .*No such file"):
        students.confinement()
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return folder


LAYERS = """
    import numpy as np

    def forward(x):
        return x - 1, x

    def backward(dout, cache):
        return dout * 7

    def both(x):
        return backward(*forward(x))
"""
NET = """
    from layers import forward
    import layers

    def net(x):
        return forward(x)[0] + layers.backward(x, None)
"""
SOLVED = """
    from helper import TWO

    def forward(x):
        return x * TWO, x

    def backward(dout, cache):
        raise NotImplementedError
"""


@pytest.fixture
def folders(tmp_path):
    """Return the folder of a hand-in, and what puts the right function in the place of one."""
    write(tmp_path, layers=LAYERS, net=NET, helper="TWO = 2")
    (tmp_path / "stand_ins").mkdir()
    write(tmp_path / "stand_ins", layers=SOLVED)
    return tmp_path, [("layers", "forward", tmp_path / "stand_ins" / "layers.py")]


def call(path, *arguments, **more):
    with Student(path, limit=20, box=Box(), **more) as student:
        return student.call(None, *arguments, returns=("out",)).values[0]


@pytest.mark.parametrize(
    ("layers", "names", "right"),
    [
        (LAYERS, ("net", "both"), (2 * X + 7 * X, 14 * X)),
        (LAYERS + "    return (\n", ("net",), (2 * X,)),  # a syntax error
        ("import torch_is_not_here", ("net",), (2 * X,)),
        ("import os\nos.environ['nothing']", ("net",), (2 * X,)),
        ("raise SystemExit(0)", ("net",), (2 * X,)),
        (None, ("net",), (2 * X,)),
    ],
)
def test_another_function_stands_in(folders, layers, names, right):
    """Where the module cannot be had, the function is all that there is of it."""
    folder, stand_ins = folders
    net = (
        NET if layers == LAYERS else "from layers import forward\ndef net(x): return forward(x)[0]"
    )
    write(folder, net=net)
    (folder / "layers.py").unlink()
    if layers is not None:
        write(folder, layers=layers)
    for name, expected in zip(names, right, strict=True):
        file = {"net": "net.py", "both": "layers.py"}[name]
        out = call(f"{folder / file}:{name}", X, stand_ins=stand_ins)
        np.testing.assert_array_equal(out, expected)


def test_a_file_is_its_own_where_nothing_stands_in(folders):
    np.testing.assert_array_equal(call(f"{folders[0] / 'net.py'}:net", X), X - 1 + 7 * X)


def test_a_syntax_error_of_the_file_itself_is_said(folders):
    folder, stand_ins = folders
    write(folder, layers="def forward(x:\n")
    with pytest.raises(CannotLoad, match="layers.py, line 1"):
        Student(folder / "layers.py", box=Box(), stand_ins=stand_ins)


def test_modules_of_another_folder(folders, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere", own="from helper import TWO\ndef f(x): return TWO * x")
    path = tmp_path / "elsewhere" / "own.py"
    with pytest.raises(CannotLoad, match="No module named 'helper'"):
        Student(path, box=Box())
    np.testing.assert_array_equal(call(f"{path}:f", X, home=folders[0]), 2 * X)


WAYS = """
    import importlib

    def one(x):
        import {0}

    def two(x):
        from {0} import nothing

    def three(x):
        import {0}.layers

    def four(x):
        importlib.import_module("{0}")

    def five(x):
        importlib.import_module("{0}.layers.conv")

    def six(x):
        __import__("{0}")

    def seven(x):
        exec("import {0}")

    def eight(x):
        import helper
"""


@pytest.mark.parametrize("module", ["minidl", "json.tool", "ctypes", "not_installed"])
def test_modules_that_may_not_be_imported(tmp_path, module):
    write(tmp_path, layers=WAYS.format(module), helper=f"import {module}")
    box = Box(confine=False, forbidden_imports=(module,))
    said = f"ImportError: import of {module} is not allowed in this assignment"
    with Student(tmp_path / "layers.py", limit=20, box=box) as student:
        for name in student.names:
            with pytest.raises(students.Raised, match=said):
                student.call(name, X)
    with pytest.raises(CannotLoad, match=rf"{said} \(helper.py, line 1"):
        Student(tmp_path / "helper.py", limit=20, box=box)


def test_other_modules_may_and_minidl_is_not_lying_around(tmp_path):
    text = """
        import sys
        import json, numpy.linalg, layers_of_mine
        import ctypes.util

        def f(x):
            import xml.dom
            x.ctypes, np.testing
            return numpy.linalg.norm(x)

        def seen(x):
            import numpy as np
            return np.array([name.split(".")[0] == "minidl" for name in sys.modules]).sum()
    """
    write(tmp_path, layers=text, layers_of_mine="import math")
    box = Box(forbidden_imports=("minidl", "layers_of", "json.tool", "torch"))
    with Student(tmp_path / "layers.py", limit=20, box=box) as student:
        assert student.call("seen", X).values[0] == 0
        with pytest.raises(students.Raised, match="name 'np' is not defined"):
            student.call("f", X)


def test_minidl_may_be_used_where_nobody_says_otherwise(tmp_path):
    text = """
        from minidl.layers import relu_forward

        def f(x):
            from minidl.students import Student
            return relu_forward(x)[0]
    """
    write(tmp_path, layers=text)
    np.testing.assert_array_equal(call(f"{tmp_path / 'layers.py'}:f", X), np.maximum(X, 0))


def test_files_beside_minidl_are_students_files_as_well():
    path = pathlib.Path(__file__).with_name("hostile.py")
    said = "import of json.tool is not allowed"
    box = Box(forbidden_imports=("json.tool",))
    with Student(path, limit=20, box=box) as student, pytest.raises(students.Raised, match=said):
        student.call("imports_a_tool", X)


def test_a_refused_package_is_not_even_there(tmp_path):
    """Who takes the finder away finds nothing, if folders can be hidden."""
    text = """
        import sys

        def f(x):
            sys.meta_path = [finder for finder in sys.meta_path if isinstance(finder, type)]
            import minidl.layers
    """
    write(tmp_path, layers=text)
    box = Box(forbidden_imports=("minidl",))
    with Student(tmp_path / "layers.py", limit=20, box=box) as student:
        if "hidden" not in student.confinement:
            pytest.skip("this system cannot hide folders")
        with pytest.raises(students.Raised, match="No module named 'minidl"):
            student.call("f", X)


def test_random_numbers_can_be_repeated():
    """The same calls draw the same numbers, and two equal calls others."""
    path = pathlib.Path(__file__).with_name("hostile.py")
    seen = []
    for _ in range(2):
        with Student(f"{path}:draws", limit=20, box=Box()) as student:
            seen.append([student.call(None, X).values[0] for _ in range(2)])
    np.testing.assert_array_equal(*seen)
    assert (seen[0][0][:2] != seen[0][1][:2]).all()


def test_a_file_in_a_box_is_said_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, layers="def f(x): return open('nothing.txt')")
    with Student("layers.py", limit=20, box=Box()) as student:
        assert student.names == ["f"]
        with pytest.raises(students.Raised, match=r"'nothing.txt' \(layers.py, line 1: def f"):
            student.call("f", X)
    with pytest.raises(CannotLoad, match="there is no file 'layer.py'; did you mean 'layers.py'?"):
        Student("layer.py", box=Box())
    with pytest.raises(CannotLoad, match="there is no module 'no_such_module' here"):
        Student("no_such_module", box=Box())


def test_a_folder_to_write_to_stays(tmp_path):
    """And it is the only one, if the system can hold a worker to that."""
    (tmp_path / "out").mkdir()
    text = """
        def f(x):
            for name in ("here.txt", "../there.txt"):
                with open(name, "w") as file:
                    file.write("text")
    """
    write(tmp_path, layers=text)
    with Student(tmp_path / "layers.py", limit=20, box=Box(writable=tmp_path / "out")) as student:
        if "read-only" in student.confinement:
            with pytest.raises(students.Raised, match=r"Read-only file system: '../there.txt'"):
                student.call("f", X)
        else:
            student.call("f", X)
    assert (tmp_path / "out" / "here.txt").read_text() == "text"
    with pytest.raises(NotStarted, match="cannot be started: .*No such file"):
        Student(tmp_path / "layers.py", box=Box(writable=tmp_path / "nothing"))
