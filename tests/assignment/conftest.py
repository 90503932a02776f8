"""The sample assignments, built once for all tests, and copies of them to work in."""

import shutil
import subprocess
import sys

import pytest


def _built(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignments") / template
    shown = ""
    for words in (["new", folder, "--template", template, "--seed", "2026"], ["build", folder]):
        command = [sys.executable, "-m", "minidl", "assignment", *map(str, words)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
        shown += result.stdout
    return folder, shown


@pytest.fixture(scope="session")
def layers(tmp_path_factory):
    """Return the folder of the assignment *layers*, built, and what the commands said."""
    return _built("layers", tmp_path_factory)


@pytest.fixture(scope="session")
def convolution(tmp_path_factory):
    """Return the folder of the assignment *convolution*, built, and what the commands said."""
    return _built("convolution", tmp_path_factory)


@pytest.fixture
def handed(layers, tmp_path):
    """Return a copy of the hand-out of *layers* to work in."""
    return shutil.copytree(layers[0] / "build" / "handout", tmp_path / "layers")


@pytest.fixture
def bundle(layers, tmp_path):
    """Return a copy of the bundle of *layers*."""
    return shutil.copytree(layers[0] / "build" / "grader", tmp_path / "grader")
