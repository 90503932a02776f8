"""The matrix products of a fully connected layer, which NumPy hands to its BLAS."""

import numpy as np

from minidl import memory
from minidl.geometry import affine_backward_geometry


def gradients(dout, cache, input_gradient=True, outputs_first=False):
    """Return the gradients of a fully connected layer as its backward pass does.

    Parameters
    ----------
    dout, cache, input_gradient
        As :func:`~minidl.layers.affine.affine_backward` takes them.
    outputs_first : bool
        Whether one output's part of ``dw`` lies together in memory, rather than one input's: so a
        net keeps its weights, and their transpose is what it hands to the layer.
    """
    g = affine_backward_geometry("affine_backward", dout, cache)
    dx = product(g.dout, g.w.T).reshape(g.x_shape) if input_gradient else None
    dw = product(g.dout.T, g.rows).T if outputs_first else product(g.rows.T, g.dout)
    db = None if g.b is None else g.dout.sum(axis=0)
    return dx, dw, db


def product(a, b):
    """Return ``a @ b`` in memory that may have been used before.

    With ``@`` itself an outer product, as of a batch of one image, takes ten times as long.
    """
    return np.dot(a, b, out=memory.empty((len(a), b.shape[1]), a.dtype))
