"""Arguments like others, with other numbers: nobody can know them before, or remember them."""

import numpy as np

from minidl.assignment.cases.trial import Cache
from minidl.check.case import LAYOUTS


def fresh(arguments, layout, rng):
    """Return arguments of the same shapes, dtypes and ranges.

    Numbers of an array change places, and floats become smaller by one factor: labels stay
    labels, what is positive stays positive, and other sums come out.

    Parameters
    ----------
    arguments : tuple
        Of a trial.
    layout : str
        How floats lie in memory, a key in ``LAYOUTS``.
    rng : numpy.random.Generator
    """
    return tuple(_fresh(argument, layout, rng) for argument in arguments)


def _fresh(value, layout, rng):
    if isinstance(value, Cache):
        return Cache(value.function, fresh(value.arguments, layout, rng))
    if isinstance(value, dict):
        return {key: _fresh(item, layout, rng) for key, item in value.items()}
    if not isinstance(value, np.ndarray):
        return value
    moved = rng.permutation(value.ravel()).reshape(value.shape)
    if value.dtype.kind != "f":
        return moved
    return LAYOUTS[layout]((moved * rng.uniform(0.5, 1)).astype(value.dtype))
