"""Verdicts: what was observed of one case, held against what is right, for each kind of check.

All is compared here, in the process that knows what is right.  From the student's process come
arrays, numbers and texts; anything else among its results is wrong.
"""

import re
from dataclasses import dataclass, replace

import numpy as np

from minidl.assignment.cases.references import returns_of
from minidl.assignment.cases.trial import Trial
from minidl.check.evidence import CLOSE, compare_values
from minidl.check.wrong import (
    SAME_MEMORY,
    change_in_words,
    dtype_in_words,
    other_result,
    shape_is_wrong,
)
from minidl.students import Call, Foreign
from minidl.twins import TWINS

CLOSE_SLOPE = 1e-6  # of a slope, relative to the size of the gradient along its direction
REAL = "biuf"  # kinds of dtypes of which numbers can be compared


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What a student's function did in one case.

    Attributes
    ----------
    task : Task
    trial : Trial
    first : Call
    again : Call, CallFailed or None
        The same call once more, if it was made.
    """

    task: object
    trial: Trial
    first: object
    again: object = None

    def results(self):
        """Yield name, what was returned, and what is right, both as arrays or None.

        Raises
        ------
        NoArray
            If something else was returned.
        """
        names = returns_of(self.task)
        returned = dict(zip(names, self.first.values, strict=False))
        for name, right in self.trial.right.items():
            got = returned.get(name) if name in names else self._entry(name)
            must = None if right is None else np.asarray(right)
            yield name, None if got is None else _array(name, got, must), must

    def _entry(self, name):
        """Return what a dict among the arguments holds: "bn_param['running_mean']"."""
        key = re.search(r"\['(.*)'\]$", name)[1]
        held = [argument for argument in self.trial.arguments if isinstance(argument, dict)]
        found = {entry: value for one in held for entry, value in one.items()}
        found |= {change.key: change.after for change in self.first.changes if change.key}
        return found.get(key)


class NoArray(Exception):  # noqa: N818 - it says what was returned
    """A result is no array of numbers."""


def shape(observed):
    """Tell whether all results are there, and have the right shapes."""
    for name, got, right in observed.results():
        says = shape_is_wrong(name, got, right)
        if says:
            return says
    return ""


def values(observed):
    """Tell whether all numbers are right; NaN and infinities must stand where they should."""
    looked = None
    for name, got, right in observed.results():
        says = shape_is_wrong(name, got, right)
        if says:
            return says
        if right is None:
            continue
        looked = ""
        what = compare_values(name, got, right, CLOSE[observed.trial.dtype])
        if what is not None:
            return what.says
    return looked


def some_right(observed):
    """Return whether any result is right and more than zeros, which are right now and then."""
    try:
        return any(
            right is not None
            and np.any(right)
            and not shape_is_wrong(name, got, right)
            and compare_values(name, got, right, CLOSE[observed.trial.dtype]) is None
            for name, got, right in observed.results()
        )
    except NoArray:
        return False


def dtype(observed):
    """Tell whether arrays have the right dtype; a single number may have any."""
    looked = None
    for name, got, right in observed.results():
        if right is None or not right.ndim:
            continue
        looked = ""
        if got is None:
            return shape_is_wrong(name, got, right)
        must = observed.trial.dtype if right.dtype.kind == "f" else right.dtype
        if got.dtype == must:
            continue
        if right.dtype.kind == "f":
            return dtype_in_words(name, got.dtype, must)
        return f"{name} has dtype {got.dtype}, must be {must}"
    return looked


def purity(observed):
    """Tell whether a call left its arguments alone, and an equal call gives the same, anew."""
    first, again, task = observed.first, observed.again, observed.task
    written = TWINS[task.layer].writes if task.layer else ()
    for change in first.changes:
        if change.key is None or change.key not in written:
            return change_in_words(change)
    if first.shares:
        return f"a result lies in the memory of {first.shares[0]}, and must be a new array"
    if again is None:
        return None
    for one in (first, again):
        if isinstance(one, Call):
            list(replace(observed, first=one).results())  # refuses what is no array
    what = other_result(returns_of(task), first, again)
    if what is not None:
        return what.says
    return SAME_MEMORY if again.reused else ""


def gradient(observed):
    """Tell whether gradients are the slopes of the reference's forward pass."""
    found = {name: (got, right) for name, got, right in observed.results()}
    looked = None
    for slope in observed.trial.slopes:
        got, right = found[slope.name]
        says = shape_is_wrong(slope.name, got, right)
        if says:
            return says
        looked = ""
        with np.errstate(all="ignore"):
            told = float(np.sum(got * slope.direction))
        size = max(abs(slope.value), float(np.linalg.norm(right * slope.direction)))
        if not abs(told - slope.value) <= CLOSE_SLOPE * size:
            return (
                f"{slope.name} says that the result grows by {told:.6g} along a direction, and the "
                f"right forward pass grows by {slope.value:.6g}"
            )
    return looked


VERDICTS = {
    "shape": shape,
    "values": values,
    "dtype": dtype,
    "purity": purity,
    "gradient": gradient,
}
"""By kind of check: says what is wrong; "" if nothing is, None if there was nothing to see."""


def verdict(kind, observed):
    """Return what one of ``VERDICTS`` says, or that a result is no array."""
    try:
        return VERDICTS[kind](observed)
    except NoArray as error:
        return str(error)


def _array(name, got, right):
    """Return a result as an array of real numbers."""
    must = "must be None" if right is None else "must be an array of numbers"
    if right is not None and not right.ndim:
        must = "must be a number"
    if isinstance(got, Foreign):
        raise NoArray(f"{name} is {got.words}, {must}")
    is_plain = isinstance(got, (bool, int, float, np.generic)) or type(got) is np.ndarray
    if not is_plain:
        raise NoArray(f"{name} is a {type(got).__name__}, {must}")
    array = np.asarray(got)
    if array.dtype.kind not in REAL:
        raise NoArray(f"{name} has dtype {array.dtype}, {must}")
    return array
