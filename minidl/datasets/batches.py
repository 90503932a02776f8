"""Data cut into small batches, in a new order every time."""

import numpy as np

from minidl.geometry import integer
from minidl.randomness import default_rng


def minibatches(X, y, batch_size, rng=None):
    """Return an iterator over ``(X, y)`` in batches that hold every example once, shuffled.

    Parameters
    ----------
    X, y : ndarray
        Examples and their labels, along the first axis.
    batch_size : int
        The last batch may be smaller.
    rng : numpy.random.Generator, optional
        Draws the order; by default the one that ``minidl.manual_seed`` seeds.

    Raises
    ------
    ValueError
        If X and y differ in length.
    """
    batch_size = integer("minibatches", "batch_size", batch_size, 1)
    X, y = examples("minibatches", X, y)
    order = default_rng(rng).permutation(len(X))
    chosen = (order[start : start + batch_size] for start in range(0, len(X), batch_size))
    return ((X[part], y[part]) for part in chosen)


def examples(op, X, y):
    """Return examples and labels as arrays, which must be equal in number."""
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim < 1 or y.ndim < 1 or len(X) != len(y):
        raise ValueError(
            f"{op}: X and y must hold the same number of examples, "
            f"got shapes {X.shape} and {y.shape}"
        )
    return X, y
