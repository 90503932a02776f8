"""Marking a Cython file that calls functions of a Python file beside it."""

from dataclasses import replace

import pytest
from tiny_assignment import (
    ASSIGNMENT,
    CASES,
    SOURCE,
    TASKS,
    write_hand_in,
    write_source,
    write_stand_ins,
)

from minidl.assignment import Check, Task
from minidl.assignment.cases.trials import prepare
from minidl.assignment.marking.marking import mark
from minidl.students.pyx import Builds, can_build

pytestmark = pytest.mark.slow  # a build takes seconds
TWICE = """from layers import relu_forward


def twice(x):
    return 2 * relu_forward(x)[0]
"""
OWN_CASES = """

def twice(rng):
    yield "ordinary", (rng.standard_normal(5),)


def right(x):
    return 2 * x.clip(0)
"""
TASK = Task(
    "twice",
    "Twice",
    1,
    "fast.pyx",
    "twice",
    reference="cases:right",
    cases="cases.py:twice",
    returns=("out",),
    needs=("relu_forward",),
    checks=(Check("values", 1, 0, ("ordinary",)),),
)
WITH_CYTHON = replace(ASSIGNMENT, editable=(*ASSIGNMENT.editable, "fast.pyx"), tasks=(*TASKS, TASK))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Return the trials, the folder of stand-ins, and what compiles; all are made once."""
    works, says = can_build()
    if not works:
        pytest.skip(says)
    folder = tmp_path_factory.mktemp("cython")
    source = write_source(folder / "assignment")
    (source / "cases.py").write_text(CASES + OWN_CASES)
    stand_ins = write_stand_ins(folder / "stand-ins")
    (stand_ins / "twice").mkdir()
    (stand_ins / "twice" / "fast.pyx").write_text(TWICE)
    return prepare(WITH_CYTHON, source), stand_ins, Builds(folder / "builds")


@pytest.fixture
def twice(tmp_path, shared):
    trials, stand_ins, builds = shared

    def run(layers=SOURCE, fast=TWICE, reference=True):
        folder = write_hand_in(tmp_path / "hand-in", layers)
        (folder / "fast.pyx").write_text(fast)
        stands_in = stand_ins if reference else None
        marks = mark(WITH_CYTHON, folder, trials, stands_in, only=["twice"], builds=builds)
        return marks.tasks[0]

    return run


def test_a_compiled_file_finds_its_neighbours(twice):
    assert twice(reference=False).points == 1


def test_the_reference_stands_in_for_a_neighbour(twice):
    told = twice(SOURCE.replace("np.maximum(x, 0), x", "x, x"))
    assert (told.points, told.replaced) == (1, ("relu_forward",))


def test_a_neighbour_that_ends_the_process_is_left_out(twice):
    assert twice("import os\nos._exit(0)\n").points == 1


def test_without_the_reference_it_is_told_by_the_name_of_the_file(twice):
    told = twice("import os\nos._exit(0)\n", reference=False)
    assert told.says == "importing fast.pyx: ended the process, exit code 0"


def test_what_does_not_compile_is_wrong(twice):
    told = twice(fast="def twice(x:\n")
    assert told.status == "wrong"
    assert told.says.startswith("fast.pyx, line ")


def test_without_a_compiler_it_is_a_fault_of_ours(tmp_path, shared):
    folder = write_hand_in(tmp_path / "hand-in")
    (folder / "fast.pyx").write_text(TWICE)
    (told,) = mark(WITH_CYTHON, folder, shared[0], only=["twice"]).tasks
    assert told.status == "grader error"
    assert told.says == "fast.pyx has to be compiled, and there is nothing to compile it with"
