"""A worker in a box is a worker like any other to code that means no harm."""

import pathlib

import numpy as np
import pytest

from minidl import students
from minidl.students import Box, Student

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
