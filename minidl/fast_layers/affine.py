"""The fully connected layer as matrix products, which NumPy hands to its BLAS."""

import numpy as np

from minidl import memory
from minidl.geometry import affine_backward_geometry, affine_geometry


def affine_forward_fast(x, w, b):
    """Fast twin of :func:`~minidl.layers.affine.affine_forward`; read its contract there.

    All sums over the inputs at once are one product of matrices.
    """
    g = affine_geometry("affine_forward", x, w, b)
    out = _product(g.rows, g.w)
    if g.b is not None:
        out += g.b
    return out, (x, w, b)


def affine_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.affine.affine_backward`; read its contract there.

    Each gradient is the product of ``dout`` with what the other factor was.
    """
    g = affine_backward_geometry("affine_backward", dout, cache)
    dx = _product(g.dout, g.w.T).reshape(g.x_shape) if input_gradient else None
    db = None if g.b is None else g.dout.sum(axis=0)
    return dx, _product(g.rows.T, g.dout), db


def _product(a, b):
    """Return ``a @ b`` in memory that may have been used before."""
    return np.matmul(a, b, out=memory.empty((len(a), b.shape[1]), a.dtype))
