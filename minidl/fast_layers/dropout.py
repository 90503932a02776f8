"""Dropout as whole-array NumPy: drawing the numbers takes most of the time."""

import numpy as np

from minidl.geometry import dropout_backward_geometry, dropout_geometry
from minidl.randomness import uniform


def dropout_forward_fast(x, dropout_param):
    """Fast twin of :func:`~minidl.layers.dropout.dropout_forward`; read its contract there."""
    g = dropout_geometry("dropout_forward", x, dropout_param)
    if not g.training:
        return np.array(g.x, order="C"), (dropout_param, None)
    kept = uniform(g.x.shape, g.seed, g.rng) < g.p
    scale = min(1 / g.p, float(np.finfo(g.dtype).max)) if g.p else 0  # 0 * inf would be NaN
    mask = np.multiply(kept, scale, dtype=g.dtype)
    out = np.multiply(g.x, mask, order="C")
    return np.asarray(out), (dropout_param, np.asarray(mask))


def dropout_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.dropout.dropout_backward`; read its contract there."""
    _, dout, mask = dropout_backward_geometry("dropout_backward", dout, cache)
    if mask is None:
        return np.array(dout, order="C")
    return np.asarray(np.multiply(dout, mask, order="C"))
