"""What classifiers ask of their data before they do any work."""

from minidl.geometry import (
    class_labels,
    float_arrays,
    integer,
    integer_labels,
    not_negative,
    real_array,
    require_axes,
)


def one_row_an_image(op, name, X, n_inputs=None, where=""):
    """Return ``X`` as an array (N, D) of real numbers, in its own dtype.

    ``n_inputs``, if it is known, is what D must be, and ``where`` tells whose number it is.
    """
    X = real_array(op, name, X)
    if X.ndim > 2:
        raise ValueError(
            f"{op}: {name} must be (N, D), one row an image, got shape {X.shape}; "
            f"flatten the images: {name}.reshape(len({name}), -1)"
        )
    require_axes(op, name, X, "(N, D)")
    if n_inputs not in (None, X.shape[1]):
        raise ValueError(f"{op}: {name} has {X.shape[1]} values for each image, and {where}")
    return X


def training_set(op, X, y):
    """Return images (N, ...) and their integer labels (N,); there must be at least one."""
    X = real_array(op, "X", X)
    if X.ndim < 2 or len(X) == 0:
        raise ValueError(f"{op}: X must hold at least one image, got shape {X.shape}")
    return X, integer_labels(op, y, len(X), "one label for each image of X")


def training_steps(op, num_iters, batch_size, **rates):
    """Refuse numbers that no training can run with; ``rates`` are numbers of at least 0."""
    integer(op, "num_iters", num_iters, 0)
    integer(op, "batch_size", batch_size, 1)
    for name, value in rates.items():
        not_negative(op, name, value)


def linear_arguments(op, W, X, y, reg):
    """Return the weights and images of a linear classifier in one float dtype, and the labels."""
    _, (W, X) = float_arrays(op, W=W, X=X)
    require_axes(op, "W", W, "(D, C)")
    X = one_row_an_image(op, "X", X, len(W), f"W takes {len(W)} (X {X.shape}, W {W.shape})")
    y = class_labels(op, y, len(X), W.shape[1], "one label for each image of X")
    not_negative(op, "reg", reg)
    return W, X, y
