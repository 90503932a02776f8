"""Stubs: the bodies of tasks' functions go, and every other byte stays."""

import ast
import re

import pytest
from assignment.sources import PACKAGE, REAL, task, tasks_of

from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.sources.functions import function_named, functions
from minidl.assignment.sources.lexing import lex
from minidl.assignment.sources.markers import without_markers
from minidl.assignment.sources.stubs import stubs, with_only

LEFT = '# YOUR CODE HERE\n    raise NotImplementedError("task f: yours to write")\n'
SIGNATURE = """\
# above
@a(
  1)
# between
@b
async def f(x,
   y={1: 2},  # more
   *, z: int = (lambda: 3)()
) -> dict[str, int]:
"""
BODIES = {
    "a body": ("def f(x):\n    y = x\n    return y\n", "def f(x):\n    " + LEFT),
    "a docstring": (
        'def f(x):\n    """Do.\n\n    More."""\n    return x\n',
        'def f(x):\n    """Do.\n\n    More."""\n    ' + LEFT,
    ),
    "comments before the docstring": (
        "def f(x):  # takes x\n    # first\n    'Do.'  # done\n\n    # then\n    return x\n",
        "def f(x):  # takes x\n    # first\n    'Do.'  # done\n    " + LEFT,
    ),
    "types in a comment": (
        "def f(x):\n    # type: (int) -> int\n    return x\n",
        "def f(x):\n    # type: (int) -> int\n    " + LEFT,
    ),
    "a comment first": ("def f(x):\n    # secret\n    return x\n", "def f(x):\n    " + LEFT),
    "comments last": (
        "def f(x):\n    return x\n    # secret\n  # too\n# of g\ndef g(): pass\n",
        "def f(x):\n    " + LEFT + "# of g\ndef g(): pass\n",
    ),
    "a comment without indent": (
        "def f(x):\n    y = x\n# secret\n    return y\n\n\nz = 1\n",
        "def f(x):\n    " + LEFT + "\n\nz = 1\n",
    ),
    "text without indent": (
        'def f(x):\n    y = """\nsecret\n"""\n    return y\nz = 1\n',
        "def f(x):\n    " + LEFT + "z = 1\n",
    ),
    "one line": ("def f(x): return x  # secret\nz = 1\n", "def f(x):\n    " + LEFT + "z = 1\n"),
    "one line that goes on": (
        "def f(x): \\\n  return x\nz = 1\n",
        "def f(x):\n    " + LEFT + "z = 1\n",
    ),
    "one line with a docstring": (
        "def f(x): 'Do.'; return x\n",
        "def f(x): 'Do.'; raise NotImplementedError(\"task f: yours to write\")\n",
    ),
    "more behind the docstring": (
        "def f(x):\n    'Do.'; y = x\n    return y\n",
        "def f(x):\n    'Do.'\n    " + LEFT,
    ),
    "a docstring in pieces": (
        "def f(x):\n    'Do' \\\n    'it.'\n    return x\n",
        "def f(x):\n    'Do' \\\n    'it.'\n    " + LEFT,
    ),
    "a docstring alone": ("def f(x):\n    'Do.'\n", "def f(x):\n    'Do.'\n    " + LEFT),
    "no docstring but text": (
        "def f(x):\n    'a'.join(x)\n    return 1\n",
        "def f(x):\n    " + LEFT,
    ),
    "a formatted text": ("def f(x):\n    f'{x}'\n    return 1\n", "def f(x):\n    " + LEFT),
    "semicolons": ("def f(x):\n    y = x; return y;\n", "def f(x):\n    " + LEFT),
    "functions inside": (
        "def f(x):\n    def f(y):\n        return y\n"
        "    class A:\n        def f(self): pass\n    return f\n",
        "def f(x):\n    " + LEFT,
    ),
    "decorators": (
        SIGNATURE + "    return x\n",
        SIGNATURE + "    " + LEFT,
    ),
    "no line end": ("def f(x):\n    return x", ("def f(x):\n    " + LEFT)[:-1]),
    "form feeds": (
        "x = 1\n\f\ndef f(x):\n    return x\n\f\ny = 2\n",
        "x = 1\n\f\ndef f(x):\n    " + LEFT + "\f\ny = 2\n",
    ),
    "letters": (
        "def f(x):\n    'Größe \u2028 x'\n    return 'ä'\n",
        "def f(x):\n    'Größe \u2028 x'\n    " + LEFT,
    ),
}


@pytest.mark.parametrize(("text", "left"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["layers.py", "layers.pyx"])
def test_bodies_go_and_the_rest_stays(text, left, newline, name):
    text, left = (one.replace("\n", newline) for one in (text, left))
    assert stubs(text, name, [task("f", name)]) == left
    assert stubs(left, name, [task("f", name)]) == left


def test_tabs_stay_tabs():
    assert stubs(
        "def f(x):\n\treturn x\n", "layers.py", [task("f")]
    ) == "def f(x):\n\t" + LEFT.replace("    ", "\t")
    one_line = "if 1:\n\tx = 1\ndef f(x): return x\n"
    assert stubs(one_line, "layers.py", [task("f")]).splitlines()[-2:] == [
        "\t# YOUR CODE HERE",
        '\traise NotImplementedError("task f: yours to write")',
    ]


PYX = '''\
# cython: boundscheck=False
"""Loops."""

cimport cython
from cython cimport floating

cdef extern from "math.h" nogil:
    double exp(double x)
    double log "log"(double x)

cdef enum Way:
    FORWARD, BACK

ctypedef double (*function)(double)

cdef double table[3]
cdef dict names = {"a": 1}

### BEGIN SOLUTION
cdef inline double tripled(double x) noexcept nogil:
    return 3 * x
### END SOLUTION

cdef class Net:
    cdef public int width
    cpdef int size(self) except -1:
        return self.width


@cython.wraparound(False)
def forward(const floating[:, ::1] x not None,
            floating[:, ::1] out,
            Py_ssize_t stride=1):
    """Write into ``out``."""
    cdef Py_ssize_t i  # secret
    cdef double *p = <double *> &table[0]
    with nogil:
        for i in range(x.shape[0]):
            out[i, 0] = <floating> tripled(x[i, 0]) + 10UL


cpdef (double, int) pair(double x, object y=<object?> None) except *:
    # secret
    return exp(x), 1


cpdef double[:] rows(double[:] x) : return x


def partly(double[::1] x):
    cdef Py_ssize_t i
    with nogil:
        ### BEGIN SOLUTION
        for i in range(x.shape[0]):
            x[i] = tripled(x[i])
        ### END SOLUTION
    return x
'''


def test_cython_is_emptied_too():
    tasks = [task(name, "a.pyx") for name in ("forward", "pair", "rows", "partly")]
    found = stubs(PYX, "a.pyx", tasks)
    left = '    # YOUR CODE HERE\n    raise NotImplementedError("task {}: yours to write")\n'
    expected = PYX
    for start, end, instead in [
        ("### BEGIN SOLUTION\ncdef", "\ncdef class", ""),
        ("    cdef Py_ssize_t i  # secret", "\n\ncpdef (double", left.format("forward")),
        ("    # secret", "\n\ncpdef double[:] rows", left.format("pair")),
        (" return x\n", "\n\ndef partly", "\n" + left.format("rows")),
        ("        ### BEGIN", "    return x\n", left.format("partly").replace("    ", " " * 8)),
    ]:
        a = expected.index(start)
        b = expected.index(end, a + 1)
        expected = expected[:a] + instead + expected[b:]
    assert found == expected
    assert [one.name for one in functions(lex(PYX, "a.pyx"))] == [
        "tripled",
        "forward",
        "pair",
        "rows",
        "partly",
    ]
    require_cython(found)


def require_cython(text):
    """Parse Cython, if there is one."""
    compiler = pytest.importorskip("Cython.Compiler.TreeFragment")
    compiler.parse_from_strings("stub", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "cdef int f(int x): return x\n",
            "a.pyx:1: task f: a cdef function cannot be called from Python; make f a def or "
            "a cpdef",
        ),
        (
            "cpdef int f(int x) noexcept nogil:\n    return x\n",
            "a.pyx:1: task f: f is noexcept, so that nobody would see its stub's "
            "NotImplementedError; leave noexcept out",
        ),
        ("cdef extern from 'a.h':\n    int f(int x)\n", "a.pyx: there is no function 'f'"),
        ("def f(x):\n    y = 'a\n", "a.pyx:2: this string does not end"),
        ("def f(x):\n    y = (1\n", "a.pyx:2: '(' is never closed"),
    ],
)
def test_what_no_task_of_cython_can_be(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        stubs(text, "a.pyx", [task("f", "a.pyx")])


def outside(text, name):
    """Return the pieces of a text that no stub may change: all but bodies after docstrings."""
    lexed = lex(text, name)
    pieces, place = [], 0
    for one in functions(lexed):
        if one.kind != "cdef":
            end = one.docstring.end if one.docstring else one.colon
            pieces.append(text[place:end])
            place = one.last
    return [*pieces, text[place:]]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files(path):
    """Every function of all layers and kernels."""
    text, name = path.read_text(encoding="utf-8"), path.name
    tasks = tasks_of(text, name)
    stub = stubs(text, name, tasks)
    assert outside(stub, name) == outside(text, name)
    assert stub.count('raise NotImplementedError("task ') == len(tasks)
    assert stubs(stub, name, tasks) == stub
    if name.endswith(".py"):
        ast.parse(stub)
    else:
        require_cython(stub)
    for one in tasks:
        assert with_only(text, name, [one], one.id) == text
        only = with_only(text, name, tasks, one.id)
        assert only.count('raise NotImplementedError("task ') == len(tasks) - 1
    bodies = {one.name: one for one in functions(lex(stub, name)) if one.kind != "cdef"}
    for one in bodies.values():
        said = f'raise NotImplementedError("task {one.name}: yours to write")'
        rest = stub[one.docstring.end if one.docstring else one.colon : one.last]
        assert rest.split("\n", 1)[1].split() == ["#", "YOUR", "CODE", "HERE", *said.split()]


@pytest.mark.parametrize("template", ["layers", "convolution"])
def test_templates(template):
    folder = PACKAGE / "assignment" / "templates" / template
    assignment = read_assignment(folder)
    for name in assignment.editable:
        text = (folder / "source" / name).read_text(encoding="utf-8")
        stub, solution = stubs(text, name, assignment.tasks), without_markers(text, name)
        assert "SOLUTION" not in stub + solution
        if name.endswith(".pyx"):
            require_cython(stub)
            continue
        ast.parse(stub)
        for one in assignment.tasks:
            if one.file == name:
                function = function_named(lex(stub, name), one.function)
                assert (
                    f'raise NotImplementedError("task {one.id}: '
                    in stub[function.colon : function.last]
                )
