"""The sample assignments, built once for all tests, and copies of them to work in."""

import shutil

import pytest

from minidl.assignment import build, new


def _built(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignments") / template
    new(folder, template)
    said = []
    build(folder, say=lambda *words: said.append(words))
    return folder, said


@pytest.fixture(scope="session")
def layers(tmp_path_factory):
    """Return the folder of the assignment *layers*, built, and what its build said."""
    return _built("layers", tmp_path_factory)


@pytest.fixture(scope="session")
def convolution(tmp_path_factory):
    """Return the folder of the assignment *convolution*, built, and what its build said."""
    return _built("convolution", tmp_path_factory)


@pytest.fixture
def handed(layers, tmp_path):
    """Return a copy of the hand-out of *layers* to work in."""
    return shutil.copytree(layers[0] / "build" / "handout", tmp_path / "layers")


@pytest.fixture
def bundle(layers, tmp_path):
    """Return a copy of the bundle of *layers*."""
    return shutil.copytree(layers[0] / "build" / "grader", tmp_path / "grader")
