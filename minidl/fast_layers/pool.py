"""Max pooling, compiled: one path for every geometry."""

import numpy as np

from minidl import kernels
from minidl.geometry import pool_backward_geometry, pool_geometry
from minidl.threads import over_images


def max_pool_forward_fast(x, pool_param):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_forward_naive`; read its contract there.

    The same loops, compiled: each window is clipped to the image and searched in place.
    """
    g = pool_geometry("max_pool_forward", x, pool_param)
    images, grid = np.ascontiguousarray(g.x), _grid(g)
    out = np.empty(g.out_shape, dtype=g.dtype)

    def forward(start, stop):
        kernels.pool.max_forward(images[start:stop], grid, out[start:stop])

    over_images(forward, len(out), _work(g))
    return out, (x, pool_param)


def max_pool_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.pool.max_pool_backward_naive`; read its contract there.

    Every window is searched again, so that the cache is the definition's.
    """
    g = pool_backward_geometry("max_pool_backward", dout, cache)
    images, dout = np.ascontiguousarray(g.x), np.ascontiguousarray(g.dout)
    dx, grid = np.zeros(images.shape, dtype=g.dtype), _grid(g)

    def backward(start, stop):
        kernels.pool.max_backward(dout[start:stop], images[start:stop], grid, dx[start:stop])

    over_images(backward, len(dx), _work(g))
    return dx


def _grid(g):
    grid = g.grid
    numbers = (
        *(grid.kernel_h, grid.kernel_w, grid.stride_h, grid.stride_w),
        *(grid.pad_top, grid.pad_left),
    )
    return np.array(numbers, dtype=np.intp)


def _work(g):
    return int(np.prod(g.out_shape)) * g.grid.kernel_h * g.grid.kernel_w
