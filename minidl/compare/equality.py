"""Where two results differ most, and by how much."""

from dataclasses import dataclass

import numpy as np

from minidl.twins import relative_difference


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest difference between one result of one side and what it should be.

    Attributes
    ----------
    side, result : str
        Whose it is, such as "fast", and what it is called: out, dx, dw, db ...
    absolute, relative : float
        The largest difference of two numbers, and the same over the largest magnitude of the
        result; infinite where the shapes differ or a NaN or an infinity stands in one of them.
    tolerance : float
        Up to which relative difference they count as equal.
    index : tuple of int or None
        Where the difference is largest; None if there is no number or the shapes differ.
    actual, expected : float or None
        The two numbers there.
    problem : str
        What is wrong besides numbers, such as a shape; empty if nothing is.
    inputs : str
        Shapes and parameters that led to it.
    """

    side: str
    result: str
    absolute: float
    relative: float
    tolerance: float
    index: tuple | None = None
    actual: float | None = None
    expected: float | None = None
    problem: str = ""
    inputs: str = ""

    @property
    def equal(self):
        """Whether the difference is within the tolerance."""
        return self.relative <= self.tolerance

    def __str__(self):
        inputs = f"; inputs: {self.inputs}" if self.inputs else ""
        if self.problem:
            return f"{self.side}: {self.result} {self.problem}{inputs}"
        text = f"{self.side}: {self.result} differs by {self.absolute:.2g}"
        if self.index is not None:
            text += f" at {list(self.index)}: {self.actual:.9g}, should be {self.expected:.9g}"
        share = f"{self.relative:.1g} of the largest, up to {self.tolerance:.0e} is equal"
        return f"{text} ({share}){inputs}"

    def as_dict(self):
        """Return everything as a dict that JSON can hold: no NaN, no infinity."""
        finite = {
            name: value if value is not None and np.isfinite(value) else None
            for name, value in (
                ("max_absolute", self.absolute),
                ("max_relative", self.relative),
                ("actual", self.actual),
                ("expected", self.expected),
            )
        }
        index = None if self.index is None else list(self.index)
        named = {"side": self.side, "result": self.result, "equal": self.equal, "index": index}
        return named | finite | {"tolerance": self.tolerance, "problem": self.problem}


def gap(side, result, actual, expected, tolerance, inputs=""):
    """Return the :class:`Gap` between a result and what it should be."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    problem = ""
    if actual.dtype.kind not in "biuf":
        problem = f"holds no real numbers, but {actual.dtype}"
    elif actual.shape != expected.shape:
        problem = f"has shape {actual.shape}, should be {expected.shape}"
    if problem:
        return Gap(side, result, np.inf, np.inf, tolerance, problem=problem, inputs=inputs)
    relative = relative_difference(actual, expected)
    if not expected.size:
        return Gap(side, result, 0.0, relative, tolerance, inputs=inputs)
    with np.errstate(invalid="ignore"):
        difference = np.abs(np.subtract(actual, expected, dtype=np.float64))
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    difference = np.where(same, 0.0, np.where(np.isnan(difference), np.inf, difference))
    index = np.unravel_index(np.argmax(difference), difference.shape)
    numbers = float(difference[index]), relative, tolerance
    place = tuple(map(int, index)), float(actual[index]), float(expected[index])
    return Gap(side, result, *numbers, *place, inputs=inputs)


def gaps_of(side, names, actual, expected, tolerance, inputs=""):
    """Return the :class:`Gap` of every result of a pass, or the one of a wrong number of them."""
    if len(actual) != len(expected):
        problem = f"are {len(actual)}, should be {len(names)}: {', '.join(names)}"
        return [Gap(side, "its results", np.inf, np.inf, tolerance, problem=problem, inputs=inputs)]
    return [
        gap(side, name, mine, right, tolerance, inputs)
        for name, mine, right in zip(names, actual, expected, strict=True)
    ]


def worst(gaps):
    """Return the largest of the gaps of each side and result, in the order of their first."""
    largest = {}
    for own in gaps:
        key = own.side, own.result
        if key not in largest or own.relative > largest[key].relative:
            largest[key] = own
    return tuple(largest.values())


def inputs_text(case, names):
    """Return shapes and parameters of a case in one line."""
    parts = []
    for name, argument in zip(names, case, strict=False):
        if isinstance(argument, np.ndarray):
            parts.append(f"{name} {argument.shape}")
        elif isinstance(argument, dict):
            plain = {k: v for k, v in argument.items() if not isinstance(v, np.ndarray)}
            parts.append(f"{name} {plain}")
        else:
            parts.append(f"{name} {argument!r}")
    return ", ".join(parts)
