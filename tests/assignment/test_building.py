"""An assignment is built only if it can be marked: a mistake of the instructor's is named."""

import os
import shutil
import sys
import zipfile

import pytest

from minidl.assignment import NotBuilt, build
from minidl.assignment.making.manifest import files_in

TOML = """\
format = 1
name = "small"
title = "A small assignment"
minidl = ">=0.1,<0.2"
seed = 3
editable = ["layers.py"]

[[tasks]]
id = "affine_forward"
title = "Forward"
points = 6
file = "layers.py"
function = "affine_forward"
layer = "affine"
pass = "forward"
reference = "minidl.layers:affine_forward"
returns = ["out"]
keep = "cache"

[[tasks.checks]]
kind = "values"
points = 2
hidden_points = 4
public = ["ordinary"]
hidden = ["one image"]

[[tasks]]
id = "relu_forward"
title = "ReLU"
points = 3
file = "layers.py"
function = "relu_forward"
layer = "relu"
pass = "forward"
reference = "minidl.layers:relu_forward"
returns = ["out"]
keep = "cache"

[[tasks.checks]]
kind = "values"
points = 3
public = ["ordinary"]
"""
SOURCE = '''\
"""Layers."""

import numpy as np


def affine_forward(x, w, b):
    """Return x @ w + b, and the cache."""
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def relu_forward(x):
    """Return max(x, 0), and the cache."""
    return np.maximum(x, 0), x
'''
RELU = SOURCE[SOURCE.index("\n\ndef relu_forward") :]
PYX = f"import numpy as np\n{RELU}"
EARLY = """
    if True:
        return np.maximum(x, 0), x
    ### BEGIN SOLUTION
    unused = x
    ### END SOLUTION
"""
TWICE = """
    return np.maximum(x, 0), x


### BEGIN SOLUTION
right = relu_forward
relu_forward = lambda x: (np.maximum(x, 0), x)
### END SOLUTION
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "small"
    (place / "source").mkdir(parents=True)
    (place / "assignment.toml").write_text(TOML)
    (place / "source" / "layers.py").write_text(SOURCE)
    return place


def change(folder, old, new):
    assert old in SOURCE
    (folder / "source" / "layers.py").write_text(SOURCE.replace(old, new))


def refused(folder):
    with pytest.raises(NotBuilt) as error:
        build(folder)
    assert not (folder / "build.partial").exists()
    return "\n".join(error.value.problems)


def test_the_same_assignment_gives_the_same_bytes(folder, tmp_path):
    first = build(folder)
    before = files_in(first.folder)
    moved = shutil.copytree(folder, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("build"))
    again = build(moved)
    assert files_in(again.folder) == before
    assert again.sha256 == first.sha256
    assert {path.name for path in folder.iterdir()} == {"assignment.toml", "build", "source"}


def test_the_zip_holds_the_folder(folder):
    built = build(folder)
    with zipfile.ZipFile(built.zip) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    handout = files_in(built.folder / "handout")
    assert files == {f"small/{name}": data for name, data in handout.items()}
    assert set(built.files) == handout.keys()


def test_a_solution_that_is_wrong_is_refused(folder):
    change(folder, "@ w + b,", "@ w - b,")
    problems = refused(folder)
    assert "the solution gets 0 of 6 points for task affine_forward: values, public" in problems
    assert "case 'ordinary'" in problems
    assert "values, hidden" in problems
    assert "mend layers.py, or the check in assignment.toml" in problems


def test_an_untouched_hand_out_with_points_is_refused(folder):
    change(folder, "\n    return np.maximum(x, 0), x\n", EARLY)
    problems = refused(folder)
    assert "task relu_forward is passed in the untouched hand-out, and gets 3 points" in problems
    assert "is its solution marked, and all of it?" in problems


def test_what_cannot_be_marked_here_says_only_why(folder, monkeypatch):
    """Without Cython, say: that is no fault of the instructor's markers."""
    (folder / "source" / "relu.pyx").write_text(PYX)
    toml = TOML.replace('editable = ["layers.py"]', 'editable = ["layers.py", "relu.pyx"]')
    head, relu = toml.split('id = "relu_forward"')
    relu = relu.replace('file = "layers.py"', 'file = "relu.pyx"')
    (folder / "assignment.toml").write_text(f'{head}id = "relu_forward"{relu}')
    change(folder, RELU, "")
    monkeypatch.setitem(sys.modules, "Cython", None)
    (problem,) = refused(folder).splitlines()
    assert problem.startswith("task relu_forward cannot be marked here: compiling Cython: ")
    assert 'run pip install "minidl[cython]"' in problem
    assert "stub" not in problem


def test_a_task_that_needs_another_must_say_so(folder):
    change(folder, "\n    return x.reshape", "\n    relu_forward(x)\n    return x.reshape")
    problems = refused(folder)
    assert "task affine_forward gets 0 of 6 points when it alone is solved" in problems
    assert "name the tasks whose functions it calls in its needs" in problems


def test_a_part_that_solves_two_tasks_is_refused(folder):
    """It is no task's own, so it is there whichever task is solved, and not in the hand-out."""
    change(folder, "\n    return np.maximum(x, 0), x\n", TWICE)
    problems = refused(folder)
    assert (
        "with task affine_forward alone solved, task relu_forward is passed, and gets 3" in problems
    )
    assert "no marked part may solve two tasks" in problems


def test_an_earlier_build_stays_if_the_next_one_fails(folder):
    built = build(folder)
    before = files_in(built.folder)
    change(folder, "@ w + b,", "@ w,")
    refused(folder)
    assert files_in(built.folder) == before
    change(folder, "import numpy as np\n", "import numpy as np\n\nMORE = 1\n")
    (folder / "build.partial").mkdir()  # of a build that was killed
    build(folder)
    assert files_in(built.folder) != before
    assert not (folder / "build.old").exists()


def test_further_files_are_handed_out_as_they_are(folder):
    for name in (".github/workflows/check.yml", "data/x.csv", "__pycache__/train.pyc", ".DS_Store"):
        path = folder / "extra" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a: 1\r\n")
    built = build(folder)
    more = set(built.files) - {"README.md", "assignment.json", "layers.py", "manifest.json"}
    assert {name for name in more if not name.startswith("public/")} == {
        ".github/workflows/check.yml",
        "data/x.csv",
    }
    assert (built.folder / "handout" / "data" / "x.csv").read_bytes() == b"a: 1\r\n"


def test_what_gives_the_solution_away_is_refused(folder):
    (folder / "extra").mkdir()
    (folder / "extra" / "notes.py").write_text("# return x.reshape(len(x), -1) @ w + b, (x, w, b)")
    assert "notes.py:1: holds line 8 of the solution, layers.py" in refused(folder)


def test_two_files_of_one_name_are_refused(folder):
    (folder / "extra").mkdir()
    (folder / "extra" / "README.md").write_text("mine")
    with pytest.raises(ValueError, match=r"README.md.*rename one"):
        build(folder)
    assert not (folder / "build").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_place_that_cannot_be_written_to_is_named(folder):
    folder.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match=r"build.partial"):
            build(folder)
    finally:
        folder.chmod(0o700)
