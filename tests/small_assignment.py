"""A small assignment as data, and hand-ins of it, for the tests of the grader."""

import io
import zipfile

from minidl.assignment import Assignment, Check, Limits, Task

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
    tasks = (
        Task("double", "Twice as much", 15, "layers.py", "double", checks=(shape, values)),
        Task("triple", "Three times", 10, "layers.py", "triple", checks=(values,)),
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
