"""A small assignment as data, and hand-ins of it, for the tests of the grader."""

import io
import zipfile

import numpy as np

from minidl.assignment import Assignment, Check, Limits, Task
from minidl.assignment.cases.trial import Trial
from minidl.assignment.making.bundle import write_bundle

RIGHT = """def double(x):
    return 2 * x


def triple(x):
    return 3 * x
"""


def small(editable=("layers.py",), **limits):
    values = Check(
        kind="values",
        points=6,
        hidden_points=4,
        public=("one", "two"),
        hidden=("secret",),
        n_hidden=1,
    )
    shape = Check(kind="shape", points=5, public=("one",))
    more = {"file": "layers.py", "returns": ("out",)}
    tasks = (
        Task("double", "Twice as much", 15, function="double", checks=(shape, values), **more),
        Task("triple", "Three times", 10, function="triple", checks=(values,), **more),
    )
    return Assignment(
        "small",
        "A small assignment",
        ">=0.1,<0.2",
        7,
        tuple(editable),
        limits=Limits(**limits),
        tasks=tasks,
    )


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    """Return the bytes of a zip of names and contents; a name may be a ``ZipInfo``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content, compress_type=compression)
    return buffer.getvalue()


def written_bundle(folder, assignment=None):
    """Write the grader's bundle of a small assignment, and return its folder."""
    assignment = small() if assignment is None else assignment
    stub = b"def double(x):\n    raise NotImplementedError\n"
    trials = {task.id: _trials({"double": 2, "triple": 3}[task.id]) for task in assignment.tasks}
    files = dict.fromkeys(assignment.editable, stub)
    stand_ins = {task.id: files for task in assignment.tasks}
    solution = {name: RIGHT.encode() for name in assignment.editable}
    write_bundle(folder, assignment, files, solution, stand_ins, trials)
    return folder


def _trials(factor):
    public = {"one": np.array([1.0, -1.0]), "two": np.array([4.0, 3.0])}
    cases = {"public": public, "hidden": {"secret": np.array([7.0, 0.5])}}
    return {
        part: tuple(Trial(name, (x,), {"out": factor * x}, "float64") for name, x in known.items())
        for part, known in cases.items()
    }


def handed_in(folder, texts):
    """Write zips of layers.py, by id."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.zip").write_bytes(zipped({"layers.py": text}))
    return folder
