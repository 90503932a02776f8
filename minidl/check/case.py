"""What a case is: arguments, and the traits in which it differs from other cases."""

import inspect
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The arguments of one forward pass, or of one loss.

    Attributes
    ----------
    arguments : tuple
    dtype : str
        Of its arrays of floats: "float32" or "float64".
    layout : str
        How its arrays lie in memory, a key in ``LAYOUTS``.
    backward : bool
        Whether there is a backward pass: tests of normalisation have none in the course.
    numerical : bool
        Whether it is small and smooth enough for numerical gradients.
    name : str
        "one image"; no two cases of a layer share one.
    """

    arguments: tuple
    dtype: str
    layout: str = "plain"
    backward: bool = True
    numerical: bool = False
    name: str = ""

    def laid(self, layout):
        """Return the same numbers lying in memory in another way."""
        lay = LAYOUTS[layout]
        arguments = tuple(lay(a) if _is_floats(a) else a for a in self.arguments)
        name = f"{self.name}, {LAYOUT_NAMES[layout]}"
        return replace(self, arguments=arguments, layout=layout, numerical=False, name=name)

    def named(self, function):
        """Return the arguments by the names that ``function`` has for them."""
        return dict(zip(inspect.signature(function).parameters, self.arguments, strict=False))

    def words(self, function):
        """Return the case for people: shapes, parameters and dtype."""
        parts = [
            part for name, value in self.named(function).items() for part in _words(name, value)
        ]
        layout = "" if self.layout == "plain" else f", {self.layout}"
        return ", ".join([*parts, self.dtype]) + layout


def _is_floats(argument):
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


def _words(name, value):
    if isinstance(value, np.ndarray):
        shape = str(value.shape)
        yield f"{name} {shape}" if value.size else f"{name} {shape}, which is empty"
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _words(key, entry)
    else:
        yield f"{name} {value}"


def _read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def _with_gaps(array):
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


LAYOUTS = {
    "plain": lambda array: array,
    "read-only": _read_only,
    "Fortran-ordered": lambda array: np.array(array, order="F"),
    "with gaps in memory": _with_gaps,
}
LAYOUT_NAMES = {layout: layout.removesuffix(" in memory") for layout in LAYOUTS}
