"""Pooling, compiled: one path for every geometry, and a short one for the commonest maximum."""

import math
from functools import lru_cache

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.planes import BLOCK
from minidl.fast_layers.prepared import Prepared
from minidl.geometry import (
    avg_pool_backward_geometry,
    avg_pool_geometry,
    max_pool_backward_geometry,
    max_pool_geometry,
    unpack,
)
from minidl.threads import in_parts

REMEMBER_BELOW = 4096  # rows and columns of windows: 128 KB


def max_pool_forward_fast(x, pool_param):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_forward_naive`; read its contract there.

    The same loops, compiled: each window is clipped to the image and searched in place.
    """
    return max_forward(pool_param, (x,)), (x, pool_param)


def _check_max_forward(pool_param, x):
    g = max_pool_geometry("max_pool_forward", x, pool_param)
    return g.sizes, (g.x,)


def _max_forward_of(g):
    if not _in_pairs(g.grid):
        return _forward_of(g, _over_windows(g, kernels.pool.max_forward, 2))
    kernel = kernels.of(kernels.pool.max_pairs_forward, g.dtype)
    return _forward_of(g, in_parts(kernel, _work(g)))


max_forward = Prepared(_check_max_forward, _max_forward_of)


def max_pool_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_backward_naive`; read its contract there.

    Every window is searched again, so that the cache is the definition's.
    """
    x, pool_param = unpack("max_pool_backward", cache, "x, pool_param")
    return max_backward(pool_param, (dout, x))


def _check_max_backward(pool_param, dout, x):
    g = max_pool_backward_geometry("max_pool_backward", dout, (x, pool_param))
    return g.sizes, (g.dout, g.x)


def _max_backward_of(g):
    if not _in_pairs(g.grid):
        return _sums_of(g, _over_windows(g, kernels.pool.max_backward, 3))
    new = memory.allocator(_image_shape(g), g.dtype)
    kernel = in_parts(kernels.of(kernels.pool.max_pairs_backward, g.dtype), _work(g), n_split=3)

    def run(dout, images):
        dx = new()
        kernel(dout, images, dx)
        return dx

    return run


max_backward = Prepared(_check_max_backward, _max_backward_of)


def avg_pool_forward_fast(x, pool_param):
    """Fast twin of :func:`~minidl.layers.pool.avg_pool_forward_naive`; read its contract there.

    The same loops, compiled; rows and columns have their counts of cells, whose product divides.
    """
    return avg_forward(pool_param, (x,)), (x, pool_param)


def _check_avg_forward(pool_param, x):
    g = avg_pool_geometry("avg_pool_forward", x, pool_param)
    return g.sizes, (g.x,)


def _avg_forward_of(g):
    return _forward_of(g, _over_windows(g, kernels.pool.average_forward, 2, g.count_include_pad))


avg_forward = Prepared(_check_avg_forward, _avg_forward_of)


def avg_pool_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.pool.avg_pool_backward_naive`; read its contract there."""
    x, pool_param = unpack("avg_pool_backward", cache, "x, pool_param")
    return avg_backward(pool_param, (dout, x))


def _check_avg_backward(pool_param, dout, x):
    g = avg_pool_backward_geometry("avg_pool_backward", dout, (x, pool_param))
    return g.sizes, (g.dout, g.x)


def _avg_backward_of(g):
    kernel = _over_windows(g, kernels.pool.average_backward, 2, g.count_include_pad)
    run = _sums_of(g, kernel)
    return lambda dout, _: run(dout)


avg_backward = Prepared(_check_avg_backward, _avg_backward_of)


def _over_windows(g, kernel, n_split, count_include_pad=None):
    """Return a function of arrays that runs a kernel on them and the tables of windows."""

    def call(*arrays):
        kernel(*arrays[:-1], *_windows(g.grid, count_include_pad), arrays[-1])

    return in_parts(call, _work(g), n_split=n_split)


def _forward_of(g, call):
    """Plan a forward pass: ``call(images, out)``."""
    new = memory.allocator(g.out_shape, g.dtype)

    def run(images):
        out = new()
        call(images, out)
        return out

    return run


def _sums_of(g, call):
    """Plan a backward pass that adds up: ``call(*arrays, dx)``.

    Cells that are in many windows are long sums, and long errors: they are in double precision.
    """
    dtype = np.dtype(np.float64) if _most_windows(g.grid) > BLOCK else g.dtype
    shape = _image_shape(g)

    def run(*arrays):
        dx = memory.zeros(shape, dtype)
        call(*arrays, dx)
        return dx.astype(g.dtype, copy=False)

    return run


def _image_shape(g):
    return *g.out_shape[:2], g.grid.image_h, g.grid.image_w


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


@lru_cache(maxsize=256)
def _most_windows(grid):
    return (grid.extent_h / grid.stride_h) * (grid.extent_w / grid.stride_w)


def _work(g):
    return math.prod(g.out_shape) * g.grid.kernel_h * g.grid.kernel_w
