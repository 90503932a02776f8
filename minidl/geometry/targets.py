"""What a loss may be asked: scores with labels, with numbers of their shape, with probabilities."""

import numpy as np

from minidl.geometry.arrays import float_arrays, real_array, require_axes, require_shape

ONE_EACH = "one label for each row of x"


def scores_and_labels(op, x, y):
    """Check class scores (N, C) and integer labels (N,) in ``0 .. C - 1``.

    Returns
    -------
    x : ndarray of shape (N, C), float32 or float64
    y : ndarray of shape (N,), intp
    """
    x = class_scores(op, x)
    return x, class_labels(op, y, *x.shape, ONE_EACH)


def class_scores(op, x):
    """Return class scores (N, C) in a float dtype."""
    _, (x,) = float_arrays(op, x=x)
    require_axes(op, "x", x, "(N, C)")
    return x


def class_labels(op, y, n_images, n_classes, why, name="y"):
    """Return integer labels in ``0 .. n_classes - 1`` as intp; ``why`` as in require_shape."""
    labels = integer_labels(op, y, n_images, why, name)
    indices = labels.astype(np.intp, copy=False)
    outside = indices.view(np.uintp) >= n_classes  # a negative number is a huge one there
    if np.count_nonzero(outside):
        n = outside.argmax()
        raise ValueError(
            f"{op}: label {name}[{n}] is {labels[n]}, and {n_classes} classes "
            f"have labels 0 to {n_classes - 1}"
        )
    return indices


def integer_labels(op, y, n_images, why, name="y", other=""):
    """Return ``y``, one integer of any size for each image, as an array of its own dtype.

    ``name`` is that of the argument, and ``other`` ends the message about a wrong dtype.
    """
    labels = real_array(op, name, y)
    hint = ""
    if labels.ndim == 2 and len(labels) == n_images:
        column = labels.shape[1] == 1
        one_hot = f"; are its rows one-hot? {name}.argmax(axis=1)"
        hint = f"; drop the axis: {name}[:, 0]" if column else one_hot
    require_shape(op, name, labels, (n_images,), why, hint)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(
            f"{op}: {name} must hold integer labels, got dtype {labels.dtype}; "
            f"convert it: {name}.astype(int){other}"
        )
    return labels


def predictions_and_targets(op, x, y):
    """Check predictions and targets of one shape; return them in one float dtype."""
    dtype, (x, y) = float_arrays(op, x=x, y=y)
    _require_one_shape(op, x, y)
    return dtype, x, y


def logits_and_probabilities(op, x, y):
    """Check scores, and the probability of "yes" for each: from 0 to 1, of the same shape.

    Labels, which are integers or bools, leave the scores their dtype.

    Returns
    -------
    dtype : numpy.dtype
    x, y : ndarray, of that dtype
    """
    given = real_array(op, "y", y)
    if given.dtype.kind == "f":
        dtype, x, y = predictions_and_targets(op, x, given)
    else:
        dtype, (x,) = float_arrays(op, x=x)
        _require_one_shape(op, x, given)
        y = given.astype(dtype)
    outside = np.argwhere(~((y >= 0) & (y <= 1)))  # NaN is outside
    if len(outside):
        cell = tuple(outside[0].tolist())
        place = f"y[{', '.join(map(str, cell))}]" if cell else "y"
        raise ValueError(
            f"{op}: target {place} is {given[cell]}, and a target is a probability, 0 to 1; "
            "labels of two classes are 0 and 1"
        )
    return dtype, x, y


def _require_one_shape(op, x, y):
    """Refuse targets of another shape, above all an axis too many or too few."""
    if y.shape == x.shape:
        return
    hint = ""
    if x.shape == (*y.shape, 1):
        hint = f"; add the axis: y[{'...' if y.ndim != 1 else ':'}, None]"
    elif y.shape == (*x.shape, 1):
        hint = f"; drop the axis: y[{'...' if y.ndim != 2 else ':'}, 0]"
    raise ValueError(
        f"{op}: y must have the shape of x, {x.shape}, got {y.shape}; "
        f"nothing is broadcast here{hint}"
    )
