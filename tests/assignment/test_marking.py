"""Marking: points and statuses of hand-ins that are right, wrong, untouched or full of traps."""

import re

import pytest
from tiny_assignment import (
    ASSIGNMENT,
    NET,
    SOURCE,
    STUB,
    TASKS,
    write_hand_in,
    write_source,
)

from minidl.assignment.marking import mark
from minidl.assignment.trials import prepare


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    return prepare(ASSIGNMENT, write_source(tmp_path_factory.mktemp("small") / "assignment"))


@pytest.fixture
def marks(tmp_path, trials):
    """Return what marks a hand-in of these texts; tasks by id."""

    def run(layers=SOURCE, net=NET, **more):
        folder = write_hand_in(tmp_path / "hand-in", layers, net)
        return {task.id: task for task in mark(ASSIGNMENT, folder, trials, **more).tasks}

    return run


def test_what_is_right_gets_all_points(marks):
    tasks = marks()
    assert {task.status for task in tasks.values()} == {"passed"}
    assert [task.points for task in tasks.values()] == [5, 7, 2, 5, 4]
    assert all(type(task.points) is int for task in tasks.values())


def test_what_is_untouched_gets_none(marks):
    stubs = "".join(STUB.format(task.function) for task in TASKS if task.file == "layers.py")
    tasks = marks(stubs, STUB.format("score"))
    assert sum(task.points for task in tasks.values()) == 0
    assert tasks["affine_forward"].status == tasks["score"].status == "not attempted"
    assert tasks["affine_backward"].says == "needs affine_forward, which is not written yet"


def test_a_wrong_function_loses_the_points_of_what_is_wrong(marks):
    tasks = marks(SOURCE.replace("@ w + b", "@ w - b"))
    assert tasks["affine_forward"].status == "wrong"
    assert tasks["affine_forward"].points == 2  # dtype and purity
    assert re.match(r"values, case 'ordinary': out\[", tasks["affine_forward"].says)
    assert tasks["affine_backward"].points == 7
