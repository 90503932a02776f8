"""One result of one case beside the right one, and how close they have to be."""

from dataclasses import dataclass

import numpy as np

from minidl.check.finding import Wrong
from minidl.check.reference import Prepared
from minidl.twins import relative_difference

CLOSE = {"float64": 1e-9, "float32": 1e-4}  # relative to the largest magnitude of a result
CLOSE_NUMERICAL = 1e-6  # of numerical gradients, which are not exact themselves


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a function returned under one name, and what it should have.

    Attributes
    ----------
    prepared : Prepared
    which : str
        The pass.
    name : str
        "out", "dx".
    got, expected : ndarray or None
    """

    prepared: Prepared
    which: str
    name: str
    got: np.ndarray
    expected: np.ndarray

    @property
    def tolerance(self):
        """How far numbers may be apart, relative to the largest."""
        return CLOSE[self.prepared.case.dtype]

    def __post_init__(self):
        object.__setattr__(self, "got", as_numbers(self.got))

    def matches(self, array):
        """Whether what was returned is as close to ``array`` as it should be to the right one."""
        return array is not None and difference(self.got, array) <= self.tolerance

    def mask(self):
        """Return where the numbers are wrong, or None if the shapes differ."""
        if self.got.shape != self.expected.shape:
            return None
        scale = np.max(np.abs(self.expected), initial=0, where=np.isfinite(self.expected))
        close = np.isclose(
            self.got, self.expected, rtol=0, atol=self.tolerance * scale, equal_nan=True
        )
        return ~close


def as_numbers(array):
    """Return an array to reckon with: True is 1, and whole numbers may become negative."""
    array = np.asarray(array)
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def difference(got, expected):
    """Return :func:`~minidl.twins.relative_difference`, of whatever numbers."""
    with np.errstate(all="ignore"):
        return relative_difference(got, expected)


def compare_values(name, got, expected, tolerance):
    """Return what is :class:`Wrong` with the numbers of an array, or None."""
    got, expected = as_numbers(got), as_numbers(expected)
    if difference(got, expected) <= tolerance:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.abs(got - expected)
    gap = np.where(np.isfinite(gap), gap, np.where(_same(got, expected), 0.0, np.inf))
    index = tuple(map(int, np.unravel_index(np.argmax(gap), gap.shape)))
    scale = np.max(np.abs(expected), initial=0, where=np.isfinite(expected))
    count = int(np.sum(gap > tolerance * scale))
    of_all = f"; {count} of {gap.size} numbers are wrong" if gap.size > 1 else ""
    place = f"[{', '.join(map(str, index))}]" if gap.ndim else ""
    says = (
        f"{name}{place} is {_number(got[index])}, must be {_number(expected[index])}, "
        f"error {gap[index]:.2g}{of_all}"
    )
    return Wrong(says, index, float(got[index]), float(expected[index]), float(gap[index]))


def _same(got, expected):
    return (got == expected) | (np.isnan(got) & np.isnan(expected))


def _number(value):
    return f"{float(value):.6g}"
