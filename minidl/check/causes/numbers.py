"""Guesses that hold for any layer: factors, signs, zeros, order of axes, lost digits."""

from itertools import permutations

import numpy as np

from minidl.check.causes.hypothesis import Hypothesis
from minidl.check.reference import gradients, names_of

SINGLE = 1e-5  # relative error that single precision leaves


def _sizes(evidence):
    """Return numbers that results are often multiplied or divided by, with their names."""
    arguments = [a for a in evidence.prepared.case.arguments if isinstance(a, np.ndarray)]
    x = arguments[0]
    dout = evidence.prepared.dout
    sizes = {"N": (x.shape[0] if x.ndim else 1, "the number of images")}
    if x.ndim == 2:
        sizes["D"] = (x.shape[1], "the number of columns of x")
    if x.ndim == 4:
        sizes["C"] = (x.shape[1], "the number of channels")
        sizes["H * W"] = (x.shape[2] * x.shape[3], "the cells of an image")
    if dout is not None and dout.ndim == 4:
        sizes["F"] = (dout.shape[1], "the number of filters")
        sizes["H' * W'"] = (dout.shape[2] * dout.shape[3], "the cells of an output image")
        sizes["N * H' * W'"] = (sizes["N"][0] * sizes["H' * W'"][0], "the cells of all images")
    sizes["x.size"] = (x.size, "the count of numbers in x")
    sizes["x.size / N"] = (x.size // max(1, sizes["N"][0]), "the numbers of one image")
    return sizes


def _times(name, over):
    def predict(evidence):
        size = _sizes(evidence).get(name, (0, ""))[0]
        if not size:
            return None
        return evidence.expected / size if over else evidence.expected * size

    def cause(evidence):
        size, what = _sizes(evidence)[name]
        if over:
            return (
                f"1/{name} of what it must be ({name} is {size} here, {what}): is it averaged "
                "where it must be summed?"
            )
        return (
            f"{name} times what it must be ({name} is {size} here, {what}): is it summed where it "
            "must be averaged, or added too often?"
        )

    return Hypothesis(cause, predict)


def _constant_factor(evidence):
    """Return the right result times the one factor that fits best."""
    got, expected = evidence.got, evidence.expected
    if got.shape != expected.shape or got.size < 2 or not np.isfinite(got).all():
        return None
    return expected * _factor(evidence)


def _factor(evidence):
    got, expected = evidence.got.astype(np.float64), evidence.expected.astype(np.float64)
    square = np.sum(expected * expected)
    return float(np.sum(got * expected) / square) if square else 0.0


def _offset(evidence):
    """Return the right result plus the one number that fits best."""
    got, expected = evidence.got, evidence.expected
    if got.shape != expected.shape or got.size < 2 or not np.isfinite(got).all():
        return None
    return expected + np.mean(got - expected)


def _lost_digits(evidence):
    """Return what was returned, if it differs by no more than single precision loses."""
    got, expected = evidence.got, evidence.expected
    if evidence.prepared.case.dtype != "float64" or got.shape != expected.shape:
        return None
    scale = np.max(np.abs(expected), initial=0)
    return got if scale and np.max(np.abs(got - expected)) <= SINGLE * scale else None


def _as_if_dout_were_1(evidence):
    prepared = evidence.prepared
    if evidence.which != "backward":
        return None
    ones = np.ones_like(prepared.dout)
    return gradients(prepared.twin, ones, prepared.cache)[evidence.name]


def _with_not_finite(evidence):
    """Return what was returned, if there are NaN or infinity where numbers must be."""
    got, expected = evidence.got, evidence.expected
    if got.shape != expected.shape:
        return None
    return got if (np.isfinite(expected) & ~np.isfinite(got)).any() else None


def _axes(change):
    def predict(evidence):
        expected = evidence.expected
        return change(expected) if expected.ndim >= 2 else None

    return predict


def _bias(evidence):
    return "b" in evidence.name and evidence.name.startswith("d")


def _zero_cause(evidence):
    if _bias(evidence):
        return f"{evidence.name}, the gradient of the bias, is zero: it was never filled in"
    return f"{evidence.name} is zero everywhere: was it ever filled in?"


def _other_result(evidence):
    """Return the right one of the other results that was returned here, if it is one."""
    name = _owner(evidence)
    return None if name is None else np.asarray(evidence.prepared.right[evidence.which][name])


def _owner(evidence):
    """Return the name of the other result that must be what was returned here, or None."""
    returned = names_of(evidence.prepared.twin, evidence.which)
    if evidence.name not in returned:  # but an entry of a dict
        return None
    results = evidence.prepared.right[evidence.which]
    others = [n for n in returned if n != evidence.name and results.get(n) is not None]
    return next((n for n in others if evidence.matches(np.asarray(results[n]))), None)


def _order_cause(evidence):
    order = ", ".join(names_of(evidence.prepared.twin, evidence.which))
    return (
        f"{evidence.name} holds what {_owner(evidence)} must be: are they exchanged (the order is "
        f"{order}), or is one computed as the other?"
    )


def _shuffled(order):
    def predict(evidence):
        expected = evidence.expected
        if expected.ndim != len(order):
            return None
        return expected.transpose(order).reshape(expected.shape)

    axes = ", ".join(str(axis) for axis in order)
    return Hypothesis(
        "the right numbers in other places: they are reshaped where their axes must be moved by "
        f"transpose (they lie as if transposed by ({axes}))",
        predict,
    )


def _same_numbers(evidence):
    """Return what was returned, if it holds the right numbers in another order."""
    got, expected = evidence.got, evidence.expected
    if got.shape != expected.shape or got.size < 2:
        return None
    gap = np.abs(np.sort(got, axis=None) - np.sort(expected, axis=None))
    return got if np.max(gap) <= evidence.tolerance * np.max(np.abs(expected)) else None


SHUFFLED = "the right numbers in other places: are axes or indices exchanged?"
WEAK = (Hypothesis(SHUFFLED, _same_numbers),)
"""Guesses that say little: they count only where nothing else tells a cause."""

NUMBERS = (
    Hypothesis(_order_cause, _other_result),
    Hypothesis(_zero_cause, lambda e: np.zeros_like(e.expected)),
    Hypothesis("the sign is the other way round", lambda e: -e.expected),
    Hypothesis("half of what it must be: was a factor 2 forgotten?", lambda e: e.expected / 2),
    Hypothesis("twice what it must be", lambda e: 2 * e.expected),
    *(
        _times(name, over)
        for name in ("N", "D", "C", "F", "H * W", "H' * W'", "N * H' * W'", "x.size", "x.size / N")
        for over in (True, False)
    ),
    Hypothesis(
        "rows and columns are transposed",
        _axes(lambda a: np.swapaxes(a, -1, -2) if a.shape[-1] == a.shape[-2] else None),
    ),
    Hypothesis(
        "it is upside down: both image axes are reversed", _axes(lambda a: a[..., ::-1, ::-1])
    ),
    Hypothesis("negative numbers are cut off at 0", lambda e: np.maximum(e.expected, 0)),
    Hypothesis("signs are lost: these are absolute values", lambda e: np.abs(e.expected)),
    Hypothesis(
        "these are whole numbers: is something cast to an integer, or the result's dtype one?",
        lambda e: np.trunc(e.expected),
    ),
    Hypothesis("these are whole numbers: is something rounded?", lambda e: np.round(e.expected)),
    Hypothesis("these are whole numbers: is // used for /?", lambda e: np.floor(e.expected)),
    Hypothesis(
        "dout is not used: a gradient is the local slope times dout",
        _as_if_dout_were_1,
    ),
    Hypothesis(
        "only about 7 digits are right, those of float32: is something computed in it, or cast "
        "to it?",
        _lost_digits,
    ),
    Hypothesis(
        "NaN or infinity where numbers must be: look for 0 / 0, for log(0), for exp of a large "
        "number, for memory that np.empty left unfilled",
        _with_not_finite,
    ),
    *(
        _shuffled(order)
        for ndim in (2, 3, 4)
        for order in permutations(range(ndim))
        if order != tuple(range(ndim))
    ),
    Hypothesis(
        lambda e: (
            f"off by a constant factor, {_factor(e):.6g} in this case: is a division or a "
            "multiplication missing, or one too many?"
        ),
        _constant_factor,
    ),
    Hypothesis(
        lambda e: (
            f"off by the same number everywhere, {np.mean(e.got - e.expected):.6g} in this case"
        ),
        _offset,
    ),
)
