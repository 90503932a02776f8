"""The two folders of layers mirror each other, and the table lists all that they hold."""

import ast
import inspect
import pathlib

from minidl import fast_layers, layers
from minidl.twins import TWINS


def test_mirrored_signatures():
    """Twins take the same arguments under the same names."""
    for twin in TWINS.values():
        for naive, fast in zip(twin.naive, twin.fast, strict=True):
            assert inspect.signature(naive) == inspect.signature(fast)


def test_fast_docstrings_point_to_the_contract():
    for twin in TWINS.values():
        for naive, fast in zip(twin.naive, twin.fast, strict=True):
            assert fast.__doc__.startswith("Fast twin of :func:`~minidl.layers.")
            assert naive.__name__ in fast.__doc__


# what several layers share
NO_LAYERS = (
    *("conv_plans", "dense", "elementwise", "filter_gradients", "moments", "pair", "passes"),
    *("planes", "prepared", "products", "side_by_side"),
)


def test_every_public_layer_is_in_the_table():
    listed = {f for twin in TWINS.values() for f in (*twin.naive, *twin.fast)}
    for package in (layers, fast_layers):
        for module, name in public_functions(package):
            if module not in NO_LAYERS:
                function = getattr(package, name, None)
                assert function in listed, f"{name} is in no row of minidl.twins.TWINS"
                assert name in package.__all__


def test_mirrored_files():
    """Files of one name hold the same functions in the same order."""
    naive = public_functions(layers)
    fast = [row for row in public_functions(fast_layers) if row[0] not in NO_LAYERS]
    assert [(file, name.removesuffix("_naive")) for file, name in naive] == [
        (file, name.removesuffix("_fast")) for file, name in fast
    ]


def public_functions(package):
    """Return (file, name) of every public function in the files of a package."""
    found = []
    for path in sorted(pathlib.Path(package.__path__[0]).glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.append((path.stem, node.name))
    return found
