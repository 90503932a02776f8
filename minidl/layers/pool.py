"""Max and average pooling, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.pool`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import (
    avg_pool_backward_geometry,
    avg_pool_geometry,
    max_pool_backward_geometry,
    max_pool_geometry,
)


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
        ``'pool_height'``, ``'pool_width'`` and ``'stride'``, and if wanted ``'pad'``,
        ``'dilation'`` and ``'ceil_mode'``; or ``{'global_pool': True}``.  See
        :func:`minidl.geometry.max_pool_geometry` for every form they take.

    Returns
    -------
    out : ndarray of shape (N, C, H', W')
        ``H' = 1 + (H + top + bottom - dilation * (pool_height - 1) - 1) // stride``, and ``W'``
        likewise.  In ``ceil_mode`` the division is rounded up, so that a last window may end
        outside the padded image, as long as it starts before the padding after the image.
    cache : tuple
        ``(x, pool_param)``, for :func:`max_pool_backward_naive`.

    Raises
    ------
    ValueError
        If no window fits the padded image, or one would hold padding alone.
    TypeError
        If an argument does not hold real numbers.
    """
    g = max_pool_geometry("max_pool_forward", x, pool_param)
    rows, columns = g.grid.spans(0), g.grid.spans(1)
    out = np.empty(g.out_shape, dtype=g.dtype)
    for n, c, i, j in np.ndindex(g.out_shape):
        out[n, c, i, j] = g.x[n, c, *_first_maximum(g.x[n, c], rows[i], columns[j])]
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    """Hand every number of ``dout`` to the cell that won its window.

    Windows may overlap, so a cell that won several times receives the sum, which runs in float64.

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
    g = max_pool_backward_geometry("max_pool_backward", dout, cache)
    rows, columns = g.grid.spans(0), g.grid.spans(1)
    dx = np.zeros(g.x.shape, dtype=np.float64)
    for n, c, i, j in np.ndindex(g.out_shape):
        dx[n, c, *_first_maximum(g.x[n, c], rows[i], columns[j])] += g.dout[n, c, i, j]
    return dx.astype(g.dtype)


def avg_pool_forward_naive(x, pool_param):
    """Average every window, channel by channel.

    ``out[n, c, i, j] = sum(window(n, c, i, j)) / divisor``

    The divisor is the number of cells in the window: with ``count_include_pad``, the default,
    those of the padding, which are zeros, too; without, those of the image alone.  What lies
    beyond the padding, which only ``ceil_mode`` reaches, never counts.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Input images.
    pool_param : dict
        ``'pool_height'``, ``'pool_width'`` and ``'stride'``, and if wanted ``'pad'``,
        ``'count_include_pad'`` and ``'ceil_mode'``; or ``{'global_pool': True}``.  See
        :func:`minidl.geometry.avg_pool_geometry` for every form they take.

    Returns
    -------
    out : ndarray of shape (N, C, H', W')
        ``H' = 1 + (H + top + bottom - pool_height) // stride``, and ``W'`` likewise; for
        ``ceil_mode`` see :func:`max_pool_forward_naive`.
    cache : tuple
        ``(x, pool_param)``, for :func:`avg_pool_backward_naive`.

    Raises
    ------
    ValueError
        If no window fits the padded image, or one would hold padding alone.
    TypeError
        If an argument does not hold real numbers.
    """
    g = avg_pool_geometry("avg_pool_forward", x, pool_param)
    rows, columns = g.grid.spans(0), g.grid.spans(1)
    heights, widths = (g.grid.counted(axis, g.count_include_pad) for axis in range(2))
    out = np.empty(g.out_shape, dtype=g.dtype)
    for n, c, i, j in np.ndindex(g.out_shape):
        window = g.x[n, c, slice(*rows[i]), slice(*columns[j])]
        out[n, c, i, j] = np.sum(window, dtype=np.float64) / (heights[i] * widths[j])
    return out, (x, pool_param)


def avg_pool_backward_naive(dout, cache):
    """Hand every number of ``dout``, in equal shares, to the cells that it averaged.

    Windows may overlap; sums run in float64.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, pool_param)`` from :func:`avg_pool_forward_naive` or its twin.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = avg_pool_backward_geometry("avg_pool_backward", dout, cache)
    rows, columns = g.grid.spans(0), g.grid.spans(1)
    heights, widths = (g.grid.counted(axis, g.count_include_pad) for axis in range(2))
    dx = np.zeros(g.x.shape, dtype=np.float64)
    for n, c, i, j in np.ndindex(g.out_shape):
        window = dx[n, c, slice(*rows[i]), slice(*columns[j])]
        window += g.dout[n, c, i, j] / (heights[i] * widths[j])
    return dx.astype(g.dtype)


def _first_maximum(image, rows, columns):
    """Return the row and column of a window's maximum; of equal ones, the first by rows."""
    window = image[slice(*rows), slice(*columns)]
    u, v = np.unravel_index(np.argmax(window), window.shape)
    return rows[0] + u * rows[2], columns[0] + v * columns[2]
