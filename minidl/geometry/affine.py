"""The checks of a fully connected layer: what it calls first, in both of its twins."""

import math
from dataclasses import dataclass, replace

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    require_axes,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.remembered import remembered

NO_PARAMETERS = {}


@dataclass(slots=True)  # not frozen, as ConvGeometry
class AffineGeometry:
    """A fully connected layer's checked arguments; ``rows`` is x with one row an image."""

    rows: np.ndarray | None
    w: np.ndarray | None
    b: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    x_shape: tuple
    out_shape: tuple  # (N, M)

    @property
    def multiply_adds(self):
        """Products summed up by the forward pass; each of the two large gradients has as many."""
        return math.prod(self.out_shape) * len(self.w)

    @property
    def sizes(self):
        """The same without arrays: what may be kept."""
        return replace(self, rows=None, w=None, b=None, dout=None)


def affine_geometry(op, x, w, b, dout=None):
    """Check the arguments of a fully connected layer, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "affine_forward".
    x : array_like of shape (N, d1, ..., dk)
    w : array_like of shape (D, M), where ``D = d1 * ... * dk``
    b : array_like of shape (M,), or None for no bias
    dout : array_like of shape (N, M), optional

    Returns
    -------
    AffineGeometry
    """
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    n_inputs, out_shape = remembered(_sizes, op, NO_PARAMETERS, x, w, b, dout)
    rows = x.reshape(len(x), n_inputs)
    return AffineGeometry(rows, w, b, dout, dtype, x.shape, out_shape)


def affine_backward_geometry(op, dout, cache):
    """Check the arguments of a fully connected layer's backward pass."""
    x, w, b = unpack(op, cache, "x, w, b")
    return affine_geometry(op, x, w, b, dout=required(op, dout))


def _sizes(op, _, x, w, b, dout):
    """Return how many inputs an image has, and the shape of the output."""
    if x.ndim < 2:
        hint = "; add an axis: x[None]" if x.ndim else ""
        raise ValueError(f"{op}: x must be (N, d1, ..., dk), got shape {x.shape}{hint}")
    require_axes(op, "w", w, "(D, M)")
    n_inputs = math.prod(x.shape[1:])
    if n_inputs != len(w):
        raise ValueError(
            f"{op}: x has {n_inputs} values for each image, and w takes {len(w)} "
            f"(x {x.shape}, w {w.shape})"
        )
    if b is not None:
        require_shape(op, "b", b, (w.shape[1],), "one bias for each output")
    out_shape = len(x), w.shape[1]
    if dout is not None:
        require_shape(op, "dout", dout, out_shape, OF_OUTPUT)
    return n_inputs, out_shape
