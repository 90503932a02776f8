"""What the tests of assignments share: tasks of a file, and a folder with an assignment."""

import pathlib

from minidl.assignment import Task
from minidl.assignment.sources.functions import functions
from minidl.assignment.sources.lexing import lex

PACKAGE = pathlib.Path(__file__).parents[2] / "minidl"
REAL = sorted([*(PACKAGE / "layers").glob("*.py"), *(PACKAGE / "kernels").glob("*.pyx")])


def task(function, file="layers.py", task_id=None):
    return Task(task_id or function, function, 10, file, function)


def tasks_of(text, name):
    """Return a task for each function that can be one."""
    found = functions(lex(text, name))
    return [task(one.name, name) for one in found if one.kind != "cdef"]


TOML = """\
format = 1
name = "layers"
title = "Layers"
minidl = ">=0.1,<0.2"
seed = 2026
editable = ["layers.py"]
forbidden_imports = ["torch"]

[limits]
seconds = 5

[[tasks]]
id = "affine_forward"
points = 10
file = "layers.py"
function = "affine_forward"
layer = "affine"

[[tasks.checks]]
kind = "values"
points = 6
hidden_points = 4
public = ["one image"]
hidden = ["one input"]

[[tasks]]
id = "affine_backward"
points = 10
file = "layers.py"
function = "affine_backward"
layer = "affine"
needs = ["affine_forward"]
checks = [
    {kind = "values", points = 6, public = ["one image"]},
    {kind = "gradient", points = 4, public = ["one image"]},
]
"""


def write(folder, toml=TOML, **files):
    """Write an assignment; names of files have _ for the last dot."""
    (folder / "source").mkdir(exist_ok=True)
    (folder / "assignment.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    if not files:
        files = {"layers_py": (PACKAGE / "layers" / "affine.py").read_text()}
    for name, text in files.items():
        path = folder / "source" / ".".join(name.rsplit("_", 1))
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
