"""Pooling, compiled: one path for every geometry, and a short one for the commonest maximum."""

import math
from functools import lru_cache

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.planes import BLOCK
from minidl.geometry import (
    avg_pool_backward_geometry,
    avg_pool_geometry,
    max_pool_backward_geometry,
    max_pool_geometry,
)
from minidl.threads import over_images

REMEMBER_BELOW = 4096  # rows and columns of windows: 128 KB


def max_pool_forward_fast(x, pool_param):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_forward_naive`; read its contract there.

    The same loops, compiled: each window is clipped to the image and searched in place.
    """
    g = max_pool_geometry("max_pool_forward", x, pool_param)
    if _in_pairs(g.grid):
        return _forward(g, kernels.pool.max_pairs_forward, ()), (x, pool_param)
    return _forward(g, kernels.pool.max_forward, _windows(g.grid)), (x, pool_param)


def max_pool_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_backward_naive`; read its contract there.

    Every window is searched again, so that the cache is the definition's.
    """
    g = max_pool_backward_geometry("max_pool_backward", dout, cache)
    images, dout = np.ascontiguousarray(g.x), np.ascontiguousarray(g.dout)
    if _in_pairs(g.grid):
        dx, windows = memory.empty(images.shape, g.dtype), ()
        kernel = kernels.pool.max_pairs_backward
    else:
        dx, windows = memory.zeros(images.shape, _sum_dtype(g)), _windows(g.grid)
        kernel = kernels.pool.max_backward

    def run(start, stop):
        kernel(dout[start:stop], images[start:stop], *windows, dx[start:stop])

    over_images(run, len(dx), _work(g))
    return dx.astype(g.dtype, copy=False)


def avg_pool_forward_fast(x, pool_param):
    """Fast twin of :func:`~minidl.layers.pool.avg_pool_forward_naive`; read its contract there.

    The same loops, compiled; rows and columns have their counts of cells, whose product divides.
    """
    g = avg_pool_geometry("avg_pool_forward", x, pool_param)
    windows = _windows(g.grid, g.count_include_pad)
    return _forward(g, kernels.pool.average_forward, windows), (x, pool_param)


def avg_pool_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.pool.avg_pool_backward_naive`; read its contract there."""
    g = avg_pool_backward_geometry("avg_pool_backward", dout, cache)
    windows = _windows(g.grid, g.count_include_pad)
    dout = np.ascontiguousarray(g.dout)
    dx = memory.zeros(g.x.shape, dtype=_sum_dtype(g))

    def run(start, stop):
        kernels.pool.average_backward(dout[start:stop], *windows, dx[start:stop])

    over_images(run, len(dx), _work(g))
    return dx.astype(g.dtype, copy=False)


def _forward(g, kernel, windows):
    images = np.ascontiguousarray(g.x)
    out = memory.empty(g.out_shape, dtype=g.dtype)

    def run(start, stop):
        kernel(images[start:stop], *windows, out[start:stop])

    over_images(run, len(out), _work(g))
    return out


def _in_pairs(grid):
    """Whether windows are whole and 2 x 2, side by side, from the image's first cell on."""
    return (
        grid.kernel_h == grid.kernel_w == grid.stride_h == grid.stride_w == 2
        and grid.dilation_h == grid.dilation_w == 1
        and grid.pad_top == grid.pad_left == 0
        and 2 * grid.out_h <= grid.image_h
        and 2 * grid.out_w <= grid.image_w
    )


def _windows(grid, count_include_pad=None):
    """Return where windows lie in the image: (first, stop, step), one table by row, one by column.

    Along either axis windows are alike, so a window is one line of each.  An average, which says
    whether it counts padding, gets a fourth number: how many cells count.  Small tables are
    remembered.
    """
    make = _remembered_tables if grid.out_h + grid.out_w < REMEMBER_BELOW else _tables
    return make(grid, count_include_pad)


def _tables(grid, count_include_pad):
    if count_include_pad is None:
        return grid.spans(0), grid.spans(1)
    return tuple(
        np.column_stack([grid.spans(axis), grid.counted(axis, count_include_pad)])
        for axis in range(2)
    )


_remembered_tables = lru_cache(maxsize=256)(_tables)


def _sum_dtype(g):
    """Return double precision for cells that are in many windows: long sums, long errors."""
    return np.dtype(np.float64) if _most_windows(g.grid) > BLOCK else g.dtype


@lru_cache(maxsize=256)
def _most_windows(grid):
    return (grid.extent_h / grid.stride_h) * (grid.extent_w / grid.stride_w)


def _work(g):
    return math.prod(g.out_shape) * g.grid.kernel_h * g.grid.kernel_w
