"""Markers: parts of functions, and what belongs to a solution outside of them."""

import pytest
from assignment.sources import task

from minidl.assignment.sources.markers import without_markers
from minidl.assignment.sources.stubs import stubs, with_only

B, E = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
MARKED = '''\
import numpy as np
### BEGIN SOLUTION
import secret


def helper(x):
    """Help."""
    return secret.of(x)
### END SOLUTION


def given(x):
    return x + 1


def f(x, mode):
    """Do."""
    # Think of both modes.
    if mode == "train":
        ### BEGIN SOLUTION
        text = """
### BEGIN SOLUTION
"""
        y = helper(x)
        ### END SOLUTION
    else:
        ### BEGIN SOLUTION
        y = given(x)
        ### END SOLUTION
    return y


def g(x):
    y = helper(x)
    return y


def inner(x):
    ### BEGIN SOLUTION
    return helper(x)
    ### END SOLUTION
'''
STUB = '''\
import numpy as np


def given(x):
    return x + 1


def f(x, mode):
    """Do."""
    # Think of both modes.
    if mode == "train":
        # YOUR CODE HERE
        raise NotImplementedError("task one: part 1 of 2 is yours to write")
    else:
        # YOUR CODE HERE
        raise NotImplementedError("task one: part 2 of 2 is yours to write")
    return y


def g(x):
    # YOUR CODE HERE
    raise NotImplementedError("task g: yours to write")


def inner(x):
    # YOUR CODE HERE
    raise NotImplementedError("inner: yours to write")
'''
TASKS = [task("f", task_id="one"), task("g"), task("other", "net.py")]


def test_only_marked_parts_go_where_there_are_any():
    assert stubs(MARKED, "layers.py", TASKS) == STUB
    assert stubs(STUB, "layers.py", TASKS).count("raise") == 3  # then, bodies go


def test_without_markers_all_is_left_but_their_lines():
    solution = without_markers(MARKED, "layers.py")
    lines = MARKED.splitlines()
    markers = [
        k
        for k, line in enumerate(lines)
        if line.strip() in ("### BEGIN SOLUTION", "### END SOLUTION")
    ]
    del markers[3]  # the one within a string
    assert solution.splitlines() == [line for k, line in enumerate(lines) if k not in markers]
    assert solution.count("SOLUTION") == 1


def test_with_only_one_task_solved_helpers_stay():
    one = with_only(MARKED, "layers.py", TASKS, "one")
    solution = without_markers(MARKED, "layers.py")
    body = solution[
        solution.index("    y = helper(x)\n    return y") : solution.index("\n\ndef inner")
    ]
    assert one == solution.replace(
        body, '    # YOUR CODE HERE\n    raise NotImplementedError("task g: yours to write")\n'
    )
    other = with_only(MARKED, "layers.py", TASKS, "g")
    assert "raise" in other.split("def g(")[0]
    assert other.split("def g(")[1] == solution.split("def g(")[1]
    assert with_only(MARKED, "layers.py", TASKS[:1], "one") == solution


def test_parts_of_no_task_go_by_themselves():
    text = stubs(MARKED, "layers.py", ())
    assert "part 2 of 2" in text
    assert 'NotImplementedError("f: part 1 of 2 is yours to write")' in text
    assert "    y = helper(x)\n    return y" in text


def test_a_block_outside_of_functions_that_would_be_empty():
    text = "class A:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\ny = 2\n"
    assert stubs(text, "layers.py", ()) == "class A:\n    pass\ny = 2\n"
    text = "class A:\n    z = 0\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"
    assert stubs(text, "layers.py", ()) == "class A:\n    z = 0\n"
    text = f"class A:\n    def f(self):\n    {B}        x = 1\n    {E}"
    assert 'raise NotImplementedError("A.f: yours to write")' in stubs(text, "layers.py", ())


WRONG = {
    "not closed": (
        f"def f(x):\n{B}    return x\n",
        "a.py:2: ### BEGIN SOLUTION without an ### END SOLUTION after it",
    ),
    "stray": (
        f"def f(x):\n    return x\n{E}",
        "a.py:3: ### END SOLUTION without a ### BEGIN SOLUTION before it",
    ),
    "nested": (
        f"def f(x):\n{B}    y = x\n{B}    return y\n{E}{E}",
        "a.py:4: ### BEGIN SOLUTION inside of the part that line 2 begins; parts are not nested",
    ),
    "empty": (
        f"def f(x):\n{B}{E}    return x\n",
        "a.py:2: nothing stands between this marker and its end",
    ),
    "behind code": (
        f"def f(x):\n    y = x  ### BEGIN SOLUTION\n    return y\n{E}",
        "a.py:2: ### BEGIN SOLUTION stands behind code; give it a line of its own",
    ),
    "within a statement": (
        f"def f(x):\n    y = [\n{B}    x\n{E}    ]\n    return y\n",
        "a.py:3: ### BEGIN SOLUTION stands within the statement that line 2 begins; mark "
        "whole statements",
    ),
    "out of a block": (
        f"def f(x):\n    for i in x:\n    {B}        y = i\n    z = i\n{E}    return y\n",
        "a.py:3: the part tears a block apart in line 5; mark whole statements of one block",
    ),
    "half of a block": (
        f"def f(x):\n{B}    for i in x:\n        y = i\n{E}        z = i\n    return y\n",
        "a.py:2: the part tears a block apart in line 6; mark whole statements of one block",
    ),
    "an else alone": (
        f"def f(x):\n    if x:\n        y = 1\n{B}    else:\n        y = 2\n{E}    return y\n",
        "a.py:4: the part tears a block apart in line 5; mark whole statements of one block",
    ),
    "out of a function": (
        f"def f(x):\n{B}    y = x\n    return y\nz = 1\n### END SOLUTION\n",
        "a.py:2: the part tears a block apart in line 5; mark whole statements of one block",
    ),
    "a whole task": (
        "### BEGIN SOLUTION\ndef f(x):\n    return x\n### END SOLUTION\n",
        "a.py:1: the marked part holds all of f, of which students need the signature "
        "for task f; mark a part of its body, or nothing",
    ),
    "nbgrader's other markers": (
        "def f(x):\n    return x\n### BEGIN HIDDEN TESTS\n",
        "a.py:3: '### BEGIN HIDDEN TESTS' is nbgrader's; here, hidden cases are named in "
        "assignment.toml",
    ),
    "no Python": ("def f(x:\n    return x\n", "a.py:1: '(' was never closed"),
    "no function": ("def g(x):\n    return x\n", "a.py: there is no function 'f'; there are g"),
    "twice": (
        "def f(x): pass\ndef f(y): pass\n",
        "a.py: f is defined 2 times, in lines 1, 2; a task's function stands once, "
        "without overloads",
    ),
    "a method": (
        "class A:\n    def f(self): pass\n",
        "a.py:2: f stands inside of a class, a function or a condition; a task's "
        "function stands at the top level",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_file_and_line(text, message):
    with pytest.raises(ValueError, match=r"\S") as caught:
        stubs(text, "a.py", [task("f", "a.py")])
    assert str(caught.value) == message


def test_an_error_of_python_itself():
    text = f"def f(x):\n    match x:\n    {B}        case 2:\n            y = 2\n    {E}"
    with pytest.raises(ValueError, match="a.py: without its solutions it is no Python any more: "):
        stubs(text, "a.py", [task("f", "a.py")])


@pytest.mark.parametrize(
    ("marker", "meant"),
    [
        ("## BEGIN SOLUTION", "### BEGIN SOLUTION"),
        ("###BEGIN SOLUTION", "### BEGIN SOLUTION"),
        ("### BEGIN SOLUTON", "### BEGIN SOLUTION"),
        ("### BEGIN_SOLUTION", "### BEGIN SOLUTION"),
        ("### BEGINSOLUTION", "### BEGIN SOLUTION"),
        ("### begin solution", "### BEGIN SOLUTION"),
        ("###  BEGIN  SOLUTION", "### BEGIN SOLUTION"),
        ("#### BEGIN SOLUTION", "### BEGIN SOLUTION"),
        ("### BEGIN THE SOLUTION", "### BEGIN SOLUTION"),
        ("# BEGIN SOLUTION", "### BEGIN SOLUTION"),
        ("### START SOLUTION", "### BEGIN SOLUTION"),
        ("### BEING SOLUTION", "### BEGIN SOLUTION"),
        ("### BEGIN SOLUTION:", "### BEGIN SOLUTION"),
        ("### End Solution", "### END SOLUTION"),
        ("### END SOLUTIONS", "### END SOLUTION"),
        ("### ENDSOLUTION", "### END SOLUTION"),
        ("# end of solution", "### END SOLUTION"),
        ("### ENDS SOLUTION ###", "### END SOLUTION"),
    ],
)
def test_markers_that_are_misspelt(marker, meant):
    with pytest.raises(ValueError, match=r"\S") as caught:
        without_markers(f"x = 1\n{marker}\ny = 2\n", "a.py")
    assert str(caught.value) == f"a.py:2: {marker!r} is no marker; did you mean {meant!r}?"


@pytest.mark.parametrize(
    "comment",
    [
        "# the solution",
        "# begin with the solution of x",
        "# A solution",
        "# solution",
        "# end",
        "# end of the sum",
        "#",
        "# begin resolution of names",
    ],
)
def test_comments_that_are_no_markers(comment):
    text = f"x = 1\n{comment}\ns = '### BEGIN SOLUTON'\n"
    assert without_markers(text, "a.py") == text
