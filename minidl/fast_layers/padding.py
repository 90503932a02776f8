"""Padding an image with what the image itself holds: whole rows and columns are copied."""

import numpy as np

from minidl import memory
from minidl.geometry import pad_backward_geometry, pad_geometry


def pad_forward_fast(x, pad_param):
    """Fast twin of :func:`~minidl.layers.padding.pad_forward_naive`; read its contract there.

    The image goes in as one block; then each row of the frame, and each column, as one copy.
    """
    g = pad_geometry("pad_forward", x, pad_param)
    out = memory.zeros(g.out_shape, dtype=g.dtype)
    (top, _), (left, _) = g.sides
    height, width = g.x.shape[2:]
    out[:, :, top : top + height, left : left + width] = g.x
    for row, source in _frame(g, 0):
        out[:, :, row] = out[:, :, top + source]
    for column, source in _frame(g, 1):
        out[:, :, :, column] = out[:, :, :, left + source]
    return out, (x, pad_param)


def pad_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.padding.pad_backward_naive`; read its contract there.

    The copies of the forward pass, undone from last to first: each is added to its source.
    """
    g = pad_backward_geometry("pad_backward", dout, cache)
    (top, _), (left, _) = g.sides
    height, width = g.x.shape[2:]
    columns = g.dout[:, :, :, left : left + width].astype(np.float64)
    for column, source in _frame(g, 1):
        columns[:, :, :, source] += g.dout[:, :, :, column]
    dx = columns[:, :, top : top + height].copy()
    for row, source in _frame(g, 0):
        dx[:, :, source] += columns[:, :, row]
    return dx.astype(g.dtype, copy=False)


def _frame(g, axis):
    """Yield each row (axis 0) or column (1) of the frame that is a copy, and its source."""
    before, size = g.sides[axis][0], g.x.shape[2 + axis]
    for k, source in enumerate(g.sources(axis)):
        if source is not None and not before <= k < before + size:
            yield k, source
