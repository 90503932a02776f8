"""What can be wrong with one call, in words: shapes, dtypes, changes, and a second call."""

from dataclasses import replace

import numpy as np

from minidl.check.evidence import CLOSE_NUMERICAL, compare_values
from minidl.check.finding import Wrong
from minidl.students import CallFailed

SAME_MEMORY = "two calls returned the same array, the memory of one result"


def shape_is_wrong(name, got, expected):
    """Return what is wrong with the shape of a result, or None; None is right where it must be."""
    if expected is None:
        return None if got is None else f"{name} must be None: there is no such argument"
    if got is None:
        what = f"an array of shape {expected.shape}" if expected.ndim else "a number"
        return f"{name} is None, must be {what}"
    if got.shape != expected.shape:
        what = expected.shape if expected.ndim else "a number"
        owner = f", that of {name[1:]}" if name.startswith("d") else ""
        return f"{name} has shape {got.shape}, must be {what}{owner}"
    return None


def dtype_in_words(name, got, dtype):
    """Return that a result has another dtype than what came in."""
    return f"{dtype} came in, and {name} came out as {got}"


def change_in_words(change):
    """Return what a call did to an argument, a :class:`~minidl.students.Change`."""
    place = f"[{', '.join(map(str, change.index))}]" if change.index else ""
    place = place if change.key is None else f"[{change.key!r}]"
    before, after = _short(change.before), _short(change.after)
    return f"{change.argument}{place} was {before} before the call, is {after} after it"


def other_result(names, first, again):
    """Return what the second of two equal calls gave otherwise, or None.

    Parameters
    ----------
    names : sequence of str
        Of the results.
    first : Call
    again : Call or CallFailed

    Returns
    -------
    Wrong or None
    """
    if isinstance(again, CallFailed):
        return Wrong(f"the second of two equal calls failed: {again}")
    for name, a, b in zip(names, first.values, again.values, strict=False):
        if a is None or b is None or np.shape(a) != np.shape(b):
            continue
        what = compare_values(name, np.asarray(b), np.asarray(a), CLOSE_NUMERICAL)
        if what is not None:
            says = f"the second of two equal calls gives another result: {what.says}"
            return replace(what, says=says)
    return None


def _short(value):
    """Return a value for people in a few words."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array {value.shape}"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    return str(value)
