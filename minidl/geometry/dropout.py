"""The checks of dropout: what it calls first, in both of its twins."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    integer,
    random_generator,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.parameters import known_keys, known_mode
from minidl.geometry.scalars import fraction

LARGEST_SEED = 2**32 - 1  # that np.random.seed takes


@dataclass(frozen=True, slots=True)
class DropoutGeometry:
    """Checked arguments of dropout; ``seed`` and ``rng`` say where its numbers come from."""

    x: np.ndarray
    dtype: np.dtype
    p: float
    training: bool
    seed: int | None
    rng: np.random.Generator | None


def dropout_geometry(op, x, dropout_param):
    """Check the arguments of dropout.

    Parameters
    ----------
    op : str
        The operation to name in an error: "dropout_forward".
    x : array_like of any shape
    dropout_param : dict
        ``'mode'`` and ``'p'``, which are required, and ``'seed'`` or ``'rng'``, or None for them.

    Returns
    -------
    DropoutGeometry

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract.
    """
    known_mode(op, "dropout_param", dropout_param)
    known_keys(op, "dropout_param", dropout_param, ("mode", "p"), ("seed", "rng"))
    p = fraction(op, "dropout_param['p'], the probability to keep,", dropout_param["p"])
    seed, rng = dropout_param.get("seed"), dropout_param.get("rng")
    if seed is not None and rng is not None:
        raise ValueError(f"{op}: dropout_param has a seed and an rng; leave one of them out")
    if seed is not None:
        seed = integer(op, "dropout_param['seed']", seed, 0, LARGEST_SEED)
    if rng is not None:
        random_generator(f"{op}: dropout_param['rng']", rng)
    dtype, (x,) = float_arrays(op, x=x)
    return DropoutGeometry(x, dtype, p, dropout_param["mode"] == "train", seed, rng)


def dropout_backward_geometry(op, dout, cache):
    """Return a backward pass's dtype, ``dout`` and the mask, which is None if nothing was dropped.

    The mask decides, and not the mode, which may have changed since.
    """
    dropout_param, mask = unpack(op, cache, "dropout_param, mask")
    known_mode(op, "dropout_param", dropout_param)
    dtype, (dout, mask) = float_arrays(op, ("mask",), dout=required(op, dout), mask=mask)
    if mask is not None:
        require_shape(op, "dout", dout, mask.shape, OF_OUTPUT)
    return dtype, dout, mask
