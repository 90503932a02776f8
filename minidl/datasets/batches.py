"""Data cut into small batches, in a new order every time."""

import numpy as np

from minidl.geometry import integer


def minibatches(X, y, batch_size, rng=None):
    """Yield ``(X, y)`` in batches that together hold every example once, in random order.

    Parameters
    ----------
    X, y : ndarray
        Examples and their labels, along the first axis.
    batch_size : int
        The last batch may be smaller.
    rng : numpy.random.Generator, optional
        Draws the order; by default a fresh one, seeded by the system.

    Raises
    ------
    ValueError
        If X and y differ in length.
    """
    batch_size = integer("minibatches", "batch_size", batch_size, 1)
    if len(X) != len(y):
        raise ValueError(f"minibatches: X holds {len(X)} examples, and y {len(y)} labels")
    order = (np.random.default_rng() if rng is None else rng).permutation(len(X))
    for start in range(0, len(X), batch_size):
        chosen = order[start : start + batch_size]
        yield X[chosen], y[chosen]
