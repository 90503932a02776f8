"""Students' Cython is built by us: with every check, or fast; what cannot be built says so."""

import importlib.util
import re
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from minidl.students import Box, CannotBuild, Raised, Student
from minidl.students.pyx import Builds, build, can_build, toolchain
from minidl.students.pyx.command import Ran, run
from minidl.students.pyx.words import failure, first_error

CHECKED = Path(__file__).with_name("unchecked.pyx")
FAR = 10_000  # an index far outside


@pytest.fixture(scope="session")
def builds(tmp_path_factory):
    """Return one cache for all tests; a few seconds go into each build."""
    if importlib.util.find_spec("Cython") is None or importlib.util.find_spec("setuptools") is None:
        pytest.skip("Cython and setuptools are not installed")
    fine, words = can_build()
    if not fine:
        pytest.skip(words)
    return Builds(tmp_path_factory.mktemp("builds"), limit=120)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a .pyx file."""

    def write(text, name="mine.pyx"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def unchecked(builds):
    """Return a worker that has the file with every way to switch checks off."""
    with Student(builds.built(CHECKED), box=Box(forbidden_imports=("minidl",))) as student:
        yield student


@pytest.mark.parametrize(
    ("kind", "names"),
    {
        "IndexError": "by_comment by_decorator by_alias by_constant by_block in_class inner before",
        "AttributeError": "unset none",
    }.items(),
)
def test_no_directive_switches_checks_off(unchecked, kind, names):
    for name in names.split():
        with pytest.raises(Raised, match=f"{name}: raised {kind}: "):
            unchecked.call(name, np.ones(3), FAR)


def test_an_error_has_its_line(unchecked):
    says = r"by_comment: raised IndexError: .* \(unchecked.pyx, line 14\)"
    with pytest.raises(Raised, match=says) as error:
        unchecked.call("by_comment", np.ones(3), FAR)
    assert error.value.line == 14


def test_an_error_counts_also_where_a_function_cannot_raise_it(unchecked):
    says = r"unraised: raised IndexError: Out of bounds.* in cell, which is noexcept"
    with pytest.raises(Raised, match=says):
        unchecked.call("unraised", np.ones(3), FAR)
    assert unchecked.call("unraised", np.ones(3), 0).values == (3,)


def test_what_a_file_means_is_left_as_it_is(unchecked):
    assert unchecked.call("divided", np.ones(3), FAR).values == (-3,)  # as in C: it says so


def test_a_compiled_function_stands_in_for_a_students(builds, tmp_path):
    path = tmp_path / "other.py"
    path.write_text(
        "from unchecked import by_comment\n\n\ndef f(x):\n    return by_comment(x, 1)\n"
    )
    stand_ins = [("unchecked", "by_comment", builds.built(CHECKED))]
    with Student(path, box=Box(), stand_ins=stand_ins) as student:
        assert student.call("f", np.arange(3.0)).values == (1,)


def test_a_build_in_a_box_says_the_same(builds, written, tmp_path):
    box = Box(hide=(str(tmp_path),))
    path = written("def f(x):\n    return 2 * x\n")
    module = build(path, tmp_path, box=box)
    with Student(module, box=Box()) as student:
        assert student.call("f", 2).values == (4,)
    with pytest.raises(CannotBuild, match="mine.pyx, line 2: undeclared name not builtin: y"):
        build(written("def f(x):\n    return y\n"), tmp_path, box=box)
    with pytest.raises(CannotBuild, match="mine.pyx: .* did not end within 1 s .Cython"):
        build(written("x = 10 ** 10 ** 10\n"), tmp_path, box=box, limit=1)


ERRORS = {  # a file, and what is said about it
    "def f(x):\n    return y\n": "mine.pyx, line 2: undeclared name not builtin: y",
    "cdef extern from *:\n    struct no:\n        int a\ndef f():\n    cdef no x\n    x.a = 1\n"
    "    return x.a\n": "mine.pyx, line [56]: .*'x'",  # by the C compiler
    "x = " + "(" * 5000 + "1" + ")" * 5000: "mine.pyx: Cython gave up on it; is something nested",
    "include 'others.pxi'\n": "mine.pyx, line 1: include 'others.pxi': each file is compiled alone",
}


@pytest.mark.parametrize(("text", "says"), ERRORS.items(), ids=range(len(ERRORS)))
def test_errors_are_one_line_with_the_file_and_its_line(builds, written, text, says):
    with pytest.raises(CannotBuild, match=says) as error:
        builds.built(written(text))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


REFUSED = """
cdef extern from *:
    '''
    int a;
    '''
    int a
cdef extern from "/etc/passwd":
    int b
cdef extern from "math.h" namespace "no; int":
    double c
cdef extern from "<math.h>":
    double sin(double), d "1; } int e"(double), cosine "cos"(double)
from minidl.kernels.sums cimport f
from .mine cimport g
cimport numpy, libc.math
"""


def test_what_is_no_cython_does_not_reach_the_c_compiler(builds, written, tmp_path):
    request = {"source": "mine.pyx", "module": "mine", "checked": True, "shared": ""}
    written(REFUSED)
    said = run("to_c.py", request, tmp_path, 60, 1024).said
    for line, says in {
        2: "C code in a string is not compiled here",
        7: "the header '/etc/passwd' is not included here",
        10: "the C name 'no; int::c' is no name",
        12: "the C name '1; } int e' is no name",
        13: "'minidl.kernels.sums' is not cimported here",
        14: "is not cimported here",
    }.items():
        assert re.search(rf"^mine.pyx:{line}:\d+: .*{re.escape(says)}", said, re.MULTILINE), said
    assert "mine.pyx:15" not in said
    assert said.count("is no name") == 2


def test_bombs_end_at_the_limits(written, tmp_path):
    kinds = "".join(f"ctypedef fused F{k}:\n    int\n    long\n    float\n" for k in range(12))
    fused = kinds + f"def f({', '.join(f'F{k} x{k}' for k in range(12))}): pass\n"
    for bomb in ("x = 10 ** 10 ** 10\n", fused):
        with pytest.raises(CannotBuild, match="mine.pyx: .* did not end within 2 s .Cython") as e:
            build(written(bomb), tmp_path, limit=2)
        assert e.value.passing


def test_a_build_is_kept_by_content(builds, written, monkeypatch):
    path = written("def f(x):\n    return x\n", "kept.pyx")
    module = Path(builds.built(path))
    copy = written("", "other.pyx").parent / "else" / "kept.pyx"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    monkeypatch.setattr("minidl.students.pyx.builds.build", lambda *_, **__: 1 / 0)
    assert Path(Builds(builds.folder).built(copy)) == module
    for changed in (("kept.pyx", "def f(x):\n    return 1\n"), ("name.pyx", path.read_text())):
        with pytest.raises(ZeroDivisionError):
            builds.built(written(changed[1], changed[0]))
    with pytest.raises(ZeroDivisionError):
        builds.built(copy, optimised=True)
    assert not list(builds.folder.glob("making-*"))


def test_a_damaged_build_is_made_again(builds, written, monkeypatch):
    path = written("def g(x):\n    return x\n", "damaged.pyx")
    module = Path(builds.built(path))
    whole = module.read_bytes()
    module.write_bytes(whole[:1000])
    with monkeypatch.context() as patch:
        patch.setattr("minidl.students.pyx.builds.build", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            builds.built(path)
        (module.parent / "build.json").write_text("[]")
        with pytest.raises(ZeroDivisionError):
            builds.built(path)

    def mended(path, folder, optimised, **_):
        made = Path(folder, module.name)
        made.write_bytes(whole)
        return made

    monkeypatch.setattr("minidl.students.pyx.builds.build", mended)
    assert Path(builds.built(path)) == module
    assert module.read_bytes() == whole


def test_of_two_at_once_one_stays(builds, written, monkeypatch):
    path = written("def h(x):\n    return x\n", "both.pyx")
    other = Builds(builds.folder)

    def slow(path, folder, optimised, **_):
        made = Path(folder, "both.so")
        made.write_bytes(b"mine")
        if "inner" not in done:
            done["inner"] = True
            done["its"] = other.built(path)
        return made

    done = {}
    monkeypatch.setattr("minidl.students.pyx.builds.build", slow)
    assert builds.built(path) == done["its"]
    assert Path(done["its"]).read_bytes() == b"mine"


def test_that_a_file_cannot_be_compiled_is_kept_but_not_that_it_took_long(tmp_path, monkeypatch):
    builds, errors = Builds(tmp_path / "cache"), []

    def failing(path, *_, **__):
        errors.append(path)
        raise CannotBuild("mine.pyx, line 3: no", 3, passing="passing" in path.read_text())

    monkeypatch.setattr("minidl.students.pyx.builds.build", failing)
    path = tmp_path / "mine.pyx"
    for text, tries in (("passing", 2), ("fails", 1)):
        path.write_text(text)
        errors.clear()
        for _ in range(2):
            with pytest.raises(CannotBuild, match="mine.pyx, line 3: no") as error:
                builds.built(path)
            assert error.value.line == 3
        assert len(errors) == tries


@pytest.mark.parametrize(
    ("said", "line", "says"),
    [
        ("mine.pyx:12:4: no such name\n", 12, "no such name"),
        ("warning: mine.pyx:3:0: unused\nmine.pyx:12:4: bad\n", 12, "bad"),
        ("/tmp/x/mine.pyx:7:9: warning: odd\nmine.pyx:9:1: error: bad 'a'\n", 9, "bad 'a'"),
        (
            "C:\\x\\mine.pyx(12): warning C4101: odd\r\nmine.pyx(13): error C2065: 'y': un\r\n",
            13,
            "'y': un",
        ),
        ("mine.pyx(3): fatal error C1083: no file", 3, "no file"),
        ("its.pyx:12:4: bad\n    mine.pyx:1:1\n", None, ""),
        ("mine.pyx:1:1: error: '__pyx_v_total' \x1b[31mred", 1, "'total'  [31mred"),
    ],
)
def test_errors_are_found_in_what_every_compiler_says(said, line, says):
    assert first_error(said, "mine.pyx") == (line, says)


@pytest.mark.parametrize(
    ("script", "ran", "kind", "says"),
    [
        ("to_c.py", Ran(None, ""), CannotBuild, "did not end within 9 s (Cython)"),
        ("to_module.py", Ran(None, ""), CannotBuild, "did not end within 9 s (the C compiler)"),
        ("to_c.py", Ran(-9, ""), CannotBuild, "needs more than 64 MiB (Cython)"),
        ("to_c.py", Ran(3, "Compiler crash\nMemoryError: \n"), CannotBuild, "more than 64 MiB"),
        ("to_module.py", Ran(4, "cc1: out of memory allocating 9"), CannotBuild, "more than 64"),
        (
            "to_module.py",
            Ran(4, "mine.pyx:3:1: error: out of memory\n"),
            CannotBuild,
            "line 3: out",
        ),
        ("to_c.py", Ran(3, "mine.pyx:3:1: raise MemoryError\n"), CannotBuild, "line 3: raise Mem"),
        ("to_c.py", Ran(-11, ""), CannotBuild, "nested very deeply"),
        ("to_c.py", Ran(3, "crash\nRecursionError: depth"), CannotBuild, "nested very deeply"),
        ("to_c.py", Ran(5, "ImportError: no Main"), OSError, "Cython failed: ImportError: no Main"),
        ("to_module.py", Ran(4, "x.c:1: error: Python.h"), OSError, "the C compiler failed: x.c:1"),
        ("to_module.py", Ran(1, ""), OSError, "the C compiler failed: it said nothing"),
    ],
)
def test_whose_fault_it_is(script, ran, kind, says):
    error = failure("mine.pyx", script, ran, 9, 64)
    assert type(error) is kind
    assert says in str(error)


def test_without_a_compiler_nobody_is_to_blame(builds, written, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CC", "no_such_compiler")
    says = "compiling mine.pyx: the C compiler is missing or does not work; install"
    with pytest.raises(OSError, match=says):
        build(written("def f(x):\n    return x\n"), tmp_path)


def test_without_cython_it_says_what_to_install(monkeypatch, written):
    monkeypatch.setitem(sys.modules, "Cython", None)
    with pytest.raises(ImportError, match=r'mine.pyx: Cython cannot .* install "minidl\[cython\]"'):
        build(written("def f(x):\n    return x\n"), ".")
    assert can_build()[0] is False
    monkeypatch.undo()
    monkeypatch.setattr(toolchain.importlib.metadata, "version", lambda _: "3.0.12")
    with pytest.raises(ImportError, match="Cython 3.0.12 is too old, 3.1 is needed; run pip"):
        toolchain.require_cython()


def test_a_module_of_another_cython_needs_nothing_beside_it(builds, written, monkeypatch):
    monkeypatch.setattr(toolchain, "shared", lambda version: None)
    path = written("def f(x):\n    return x\n", "alone.pyx")
    module = build(path, path.parent)
    assert {file.name for file in path.parent.iterdir()} == {"alone.pyx", Path(module).name}
