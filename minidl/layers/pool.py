"""Max pooling, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.pool`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import pool_backward_geometry, pool_geometry


def max_pool_forward_naive(x, pool_param):
    """Keep the largest number of every window, channel by channel.

    ``out[n, c, i, j] = max(window(n, c, i, j))``

    Padding never wins: a window that reaches into it is clipped to the image.  A NaN in the
    window is its maximum.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Input images.
    pool_param : dict
        ``'pool_height'``, ``'pool_width'`` and ``'stride'``, and if wanted ``'pad'``;
        see :func:`minidl.geometry.pool_geometry` for every form they take.

    Returns
    -------
    out : ndarray of shape (N, C, H', W')
        ``H' = 1 + (H + 2 * pad - pool_height) // stride``, and ``W'`` likewise.
    cache : tuple
        ``(x, pool_param)``, for :func:`max_pool_backward_naive`.

    Raises
    ------
    ValueError
        If the window does not fit the padded image, or ``pad`` is not smaller than the window.
    """
    g = pool_geometry("max_pool_forward", x, pool_param)
    out = np.empty(g.out_shape, dtype=g.dtype)
    for n, c, i, j in np.ndindex(g.out_shape):
        out[n, c, i, j] = g.x[n, c, *_first_maximum(g, n, c, i, j)]
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    """Hand every number of ``dout`` to the cell that won its window.

    Windows may overlap, so a cell that won several times receives the sum.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, pool_param)`` from :func:`max_pool_forward_naive` or its twin.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = pool_backward_geometry("max_pool_backward", dout, cache)
    dx = np.zeros(g.x.shape, dtype=g.dtype)
    for n, c, i, j in np.ndindex(g.out_shape):
        dx[n, c, *_first_maximum(g, n, c, i, j)] += g.dout[n, c, i, j]
    return dx


def _first_maximum(g, n, c, i, j):
    """Return the row and column of window (i, j)'s maximum; of equal ones, the first by rows."""
    grid = g.grid
    rows, columns = grid.cells(i, j)
    top, left = max(rows.start - grid.pad_top, 0), max(columns.start - grid.pad_left, 0)
    window = g.x[n, c, top : rows.stop - grid.pad_top, left : columns.stop - grid.pad_left]
    u, v = np.unravel_index(np.argmax(window), window.shape)
    return top + u, left + v
