"""The house as it is drawn in docs/architecture.md: imports point down, names stand once."""

import ast
import importlib
import inspect
import pathlib
import re
import subprocess
import sys

import pytest

import minidl

PACKAGE = pathlib.Path(minidl.__file__).parent
DRAWING = pathlib.Path(__file__).parents[1] / "docs" / "architecture.md"

# A part may import parts of lower rows only.
ROWS = [
    ["extras", "kernels", "notebooks", "scratch", "spelling", "storage", "terminal"],
    ["geometry"],
    ["memory", "randomness", "students", "threads"],
    ["datasets", "features", "gradient_check", "info", "vis_utils"],
    ["data_utils", "layers", "fast_layers", "im2col"],
    ["im2col_cython", "layer_utils", "twins"],
    ["nn"],
    ["optim"],
    ["checkpoints", "classifiers", "interop", "models"],
    ["plots", "solver"],
    ["check", "compare", "trace", "train"],
    ["assignment", "demo"],
    ["grading"],
    ["cli"],
    ["__main__"],
]
RANK = {part: rank for rank, row in enumerate(ROWS) for part in row}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
MODULES.remove(pathlib.Path("__init__.py"))  # it imports its parts when they are asked for


def owner(path):
    return path.parts[0].removesuffix(".py")


def imported(path):
    """Return the parts of minidl that a file's import statements at module level name."""
    parts = set()
    for node in ast.parse((PACKAGE / path).read_text()).body:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        parts |= {name.split(".")[1] for name in names if name.startswith("minidl.")}
    return parts & RANK.keys()


def test_every_part_has_a_row():
    assert {owner(path) for path in MODULES} == RANK.keys()


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_point_down(path):
    own = owner(path)
    wrong = {name for name in imported(path) if name != own and RANK[name] >= RANK[own]}
    assert not wrong, (
        f"{path} may not import {sorted(wrong)}: imports point down, see docs/architecture.md; "
        "move what both need into a lower part"
    )


def test_the_definitions_need_nothing_compiled():
    """Not even inside functions, but for the one lazy look-up of ``*_fast`` names."""
    for path in (PACKAGE / "layers").glob("*.py"):
        text = path.read_text()
        assert "kernels" not in text, path.name
        assert path.name == "__init__.py" or "import fast_layers" not in text, path.name


def test_the_drawing_in_the_docs_is_the_one_tested():
    drawn = re.findall(r"^\| (\d+) \| `(\w+)` \|", DRAWING.read_text(), re.M)
    assert {part: int(row) for row, part in drawn} == RANK


FACADES = [
    "assignment",
    "check",
    "check.cases",
    "check.causes",
    "classifiers",
    "cli",
    "cli.assignment",
    "compare",
    "datasets",
    "fast_layers",
    "geometry",
    "gradient_check",
    "grading",
    "grading.results.pages",
    "interop",
    "interop.onnx_export",
    "interop.tensorflow",
    "layers",
    "models",
    "nn",
    "optim",
    "plots",
    "solver",
    "students",
    "students.pyx",
    "trace",
    "train",
]


@pytest.mark.parametrize("name", FACADES)
def test_facades_define_nothing(name):
    """A package's names are the very objects of the files that define them."""
    module = importlib.import_module(f"minidl.{name}")
    assert sorted(module.__all__) == sorted(set(module.__all__))
    for public in module.__all__:
        thing = getattr(module, public)
        if isinstance(thing, str) or inspect.ismodule(thing):
            continue
        assert thing.__module__ != module.__name__
        assert getattr(importlib.import_module(thing.__module__), public) is thing


def test_the_top_level_forwards():
    for name in minidl.__all__:
        assert getattr(minidl, name) is not None
    assert set(dir(minidl)) == set(minidl.__all__)
    with pytest.raises(AttributeError, match="module 'minidl' has no attribute 'tensor'"):
        minidl.tensor  # noqa: B018


def test_importing_minidl_imports_no_part_of_it():
    code = (
        "import sys, minidl; print([m for m in sys.modules if m.startswith(('minidl.', 'numpy'))])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_package_carries_its_types_and_data():
    data = ("datasets/mnist/README.md", "trace/page.html")
    samples = (
        "layers/assignment.toml",
        "layers/extra/train.py",
        "convolution/source/convolution.py",
    )
    samples = tuple(f"assignment/templates/{name}" for name in samples)
    for name in ("py.typed", "kernels/conv.pyi", *data, *samples):
        assert (PACKAGE / name).is_file()


def test_files_stay_readable():
    """One idea a file: nobody has to scroll through more than a few screens."""
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.p[yx][xd]")]:
        assert len(path.read_text().splitlines()) <= 320, path


def test_every_public_function_has_a_docstring():
    names = ["data_utils", "features", "layer_utils", "optim", "twins", "threads"]
    for name in [*FACADES, *names, "memory", "vis_utils"]:
        module = importlib.import_module(f"minidl.{name}")
        for public in dir(module):
            thing = getattr(module, public)
            own = (getattr(thing, "__module__", None) or "").startswith("minidl")
            if callable(thing) and own and not public.startswith("_"):
                assert thing.__doc__, f"{module.__name__}.{public}"
