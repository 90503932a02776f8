"""The solutions of the sample assignments: what their docstrings show is what they compute."""

import doctest
import importlib
import subprocess
import sys

import numpy as np
import pytest

from minidl.assignment.cases.own_code import own_code
from minidl.assignment.making.scaffold import TEMPLATES


@pytest.fixture
def source():
    """Import a module of a template's source, for this test alone."""
    with own_code(TEMPLATES / "layers"), own_code(TEMPLATES / "convolution"):
        yield importlib.import_module


@pytest.mark.parametrize("name", ["layers", "net", "convolution"])
def test_examples_are_right(name, source):
    module = source(name)
    failed, tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    functions = [one for one in vars(module).values() if getattr(one, "__module__", "") == name]
    assert failed == 0
    assert tried >= len(functions)


def test_the_worked_step(source):
    w, dw = np.array([[3.0, 2.0], [1.0, 5.0]]), np.array([[48.0, 64.0], [96.0, 112.0]])
    next_w, config = source("layers").sgd(w, dw)
    np.testing.assert_allclose(next_w, [[2.52, 1.36], [0.04, 3.88]])
    assert config == {"learning_rate": 0.01}


@pytest.mark.parametrize("template", ["layers", "convolution"])
def test_a_solution_trains(template):
    """The training scripts learn digits with the solution in the place of the student's work."""
    folder = TEMPLATES / template
    shorten = "train.EPOCHS, train.TRAIN, train.TEST = 1, 300, 100; train.main()"
    places = [str(folder / "extra"), str(folder / "source")]
    code = f"import sys; sys.path[:0] = {places}; sys.dont_write_bytecode = True; import train; "
    shown = subprocess.run(
        [sys.executable, "-c", code + shorten], capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith("epoch 1  loss ")
    accuracy = float(shown.split()[-2])
    assert accuracy > (85 if template == "layers" else 20)
