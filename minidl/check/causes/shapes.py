"""Guesses from the shape of a result: what other thing has this shape."""

import numpy as np

from minidl.check.reference import names_of


def from_shapes(wrong, own):
    """Return what all results of wrong shape have in common.

    Parameters
    ----------
    wrong : list of Evidence
        With another shape than the right one.
    own : tuple of (cause, predict)
        Guesses of the layer's own; ``predict`` returns a shape or None.

    Returns
    -------
    list of str
    """
    return [
        cause(wrong[0]) if callable(cause) else cause
        for cause, predict in (*own, *SHAPES)
        if all(predict(evidence) == evidence.got.shape for evidence in wrong)
    ]


def _of_another_result(evidence):
    """Return the shape if it is that of another result of the same pass."""
    returned = names_of(evidence.prepared.twin, evidence.which)
    if evidence.name not in returned:  # but an entry of a dict
        return None
    results = evidence.prepared.right[evidence.which]
    others = [results.get(name) for name in returned if name != evidence.name]
    shapes = [np.shape(array) for array in others if array is not None]
    return evidence.got.shape if evidence.got.shape in shapes else None


def _order_cause(evidence):
    order = ", ".join(names_of(evidence.prepared.twin, evidence.which))
    return f"{evidence.name} has the shape of another result: the order is {order}"


def _sum_over_other_axes(evidence):
    if evidence.expected.ndim != 1 or not evidence.name.startswith("d"):
        return None
    return evidence.got.shape


def _transposed(evidence):
    shape = evidence.expected.shape
    return (*shape[:-2], *shape[:-3:-1]) if len(shape) >= 2 else None


def _as_many_numbers(evidence):
    return evidence.got.shape if evidence.got.size == evidence.expected.size else None


def _image_axes(step):
    def predict(evidence):
        shape = evidence.expected.shape
        return (*shape[:2], shape[2] + step, shape[3] + step) if len(shape) == 4 else None

    return predict


def _input(evidence):
    name = evidence.name.removeprefix("d")
    return name if name != evidence.name else "the right one"


SHAPES = (
    (_order_cause, _of_another_result),
    (
        lambda e: (
            f"summed over the wrong axes: {e.name} keeps the axis of {_input(e)} alone, all "
            "others are summed over"
        ),
        _sum_over_other_axes,
    ),
    ("the last two axes are transposed", _transposed),
    (
        lambda e: (
            "as many numbers as there must be, in another shape: reshape it to the shape of "
            f"{_input(e)}"
        ),
        _as_many_numbers,
    ),
    ("the output is too small by one: its size is 1 + (...) // stride", _image_axes(-1)),
    (
        "the output is too large by one: is the 1 added twice, or the filter not subtracted?",
        _image_axes(1),
    ),
)
