"""Convolution as one matrix product, the way CS231n teaches it: readable, and hungry for memory.

:func:`im2col_indices` copies every window of every image into a column of one large matrix; then
the convolution is a product of the filters with that matrix, and :func:`col2im_indices` adds the
columns of its gradient back to the images.  At stride 1 the matrix holds almost every number of
the image once for each tap, which is why the fast layers never build it.

The functions keep CS231n's names, arguments and layout [1]_: column ``(i * W' + j) * N + n`` is
window (i, j) of image n, so that the image runs fastest, and row ``(c * HH + u) * WW + v`` is one
tap.  They take any stride, padding and dilation, and filters that are not square.

References
----------
.. [1] CS231n, "Convolutional Networks", section "Implementation as matrix multiplication",
   https://cs231n.github.io/convolutional-networks/#conv
"""

import math

import numpy as np

from minidl.geometry import (
    conv_backward_geometry,
    conv_geometry,
    float_arrays,
    integer,
    real_array,
    require_axes,
    require_room,
    require_shape,
    shape_of,
    unpack,
    window_grid,
)


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1, dilation=1):
    """Return which channel, row and column of the padded image each entry of the matrix copies.

    Parameters
    ----------
    x_shape : tuple (N, C, H, W)
    field_height, field_width : int
        Taps of a filter.
    padding, stride, dilation : int or pair, and the other forms of a ``conv_param``
        See :func:`minidl.geometry.window_grid`.

    Returns
    -------
    k : ndarray of shape (C * field_height * field_width, 1)
        Channels.
    i, j : ndarray of shape (C * field_height * field_width, H' * W')
        Rows and columns of the padded image.

    Raises
    ------
    ValueError, TypeError
        As :func:`minidl.geometry.window_grid`, and if ``x_shape`` is no such shape.
    """
    shape = shape_of("get_im2col_indices", "x_shape", x_shape, "(N, C, H, W)")
    field = (field_height, field_width)
    return _indices(shape[1], _grid("get_im2col_indices", shape, field, stride, padding, dilation))


def im2col_indices(x, field_height, field_width, padding=1, stride=1, dilation=1):
    """Copy every window of every image into a column of one matrix.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    field_height, field_width, padding, stride, dilation
        As :func:`get_im2col_indices` takes them.

    Returns
    -------
    cols : ndarray of shape (C * field_height * field_width, H' * W' * N)
        Of the dtype of ``x``: nothing is computed.

    Raises
    ------
    ValueError, TypeError
        As :func:`get_im2col_indices`, and if ``x`` has not four axes of real numbers.
    """
    x = real_array("im2col_indices", "x", x)
    require_axes("im2col_indices", "x", x, "(N, C, H, W)")
    field = (field_height, field_width)
    grid = _grid("im2col_indices", x.shape, field, stride, padding, dilation)
    k, i, j = _indices(x.shape[1], grid)
    cols = np.pad(x, grid.pad_width)[:, k, i, j]  # (N, taps, windows)
    return cols.transpose(1, 2, 0).reshape(len(k), i.shape[1] * len(x))


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1, dilation=1):
    """Add every column back to the window that it came from: where windows overlap, sums.

    Parameters
    ----------
    cols : ndarray of shape (C * field_height * field_width, H' * W' * N)
    x_shape : tuple (N, C, H, W)
    field_height, field_width, padding, stride, dilation
        As :func:`get_im2col_indices` takes them.

    Returns
    -------
    x : ndarray of shape ``x_shape``, of floats

    Raises
    ------
    ValueError, TypeError
        As :func:`get_im2col_indices`, and if ``cols`` has another shape.
    """
    shape = shape_of("col2im_indices", "x_shape", x_shape, "(N, C, H, W)")
    field = (field_height, field_width)
    grid = _grid("col2im_indices", shape, field, stride, padding, dilation)
    _, (cols,) = float_arrays("col2im_indices", cols=cols)
    k, i, j = _indices(shape[1], grid)
    expected = len(k), i.shape[1] * shape[0]
    require_shape("col2im_indices", "cols", cols, expected, "a row a tap, a column a window")
    n_images, n_channels, height, width = shape
    padded = np.zeros((n_images, n_channels, grid.padded_h, grid.padded_w), dtype=cols.dtype)
    values = cols.reshape(*i.shape, n_images).transpose(2, 0, 1)
    np.add.at(padded, (slice(None), k, i, j), values)
    top, left = grid.pad_top, grid.pad_left
    return padded[:, :, top : top + height, left : left + width].copy()


def conv_forward_im2col(x, w, b, conv_param):
    """Convolve by im2col and one matrix product for each group.

    Parameters and errors are those of :func:`minidl.layers.conv_forward_naive`.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
    cache : tuple
        ``(x, w, b, conv_param, x_cols)``, for :func:`conv_backward_im2col`.
    """
    g = conv_geometry("conv_forward_im2col", x, w, b, conv_param)
    x_cols = im2col_indices(g.x, *g.w_shape[2:], **_as_arguments(g))
    out = np.empty((g.w_shape[0], x_cols.shape[1]), dtype=g.dtype)
    for rows, filters, matrix in _groups(g):
        out[filters] = matrix @ x_cols[rows]
    if g.b is not None:
        out += g.b[:, None]
    n_images, n_filters, out_h, out_w = g.out_shape
    out = out.reshape(n_filters, out_h, out_w, n_images).transpose(3, 0, 1, 2)
    return np.ascontiguousarray(out), (x, w, b, conv_param, x_cols)


def conv_backward_im2col(dout, cache, input_gradient=True):
    """Backpropagate by two matrix products for each group and col2im.

    Parameters and errors are those of :func:`minidl.layers.conv_backward_naive`.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W), or None
    dw : ndarray of shape (F, C, HH, WW)
    db : ndarray of shape (F,), or None where the layer had no bias
    """
    op = "conv_backward_im2col"
    x, w, b, conv_param, x_cols = unpack(op, cache, "x, w, b, conv_param, x_cols")
    g = conv_backward_geometry(op, dout, (x, w, b, conv_param))
    taps, windows = math.prod(g.x_shape[1:2] + g.w_shape[2:]), math.prod(g.out_shape[2:])
    shape = taps, windows * g.x_shape[0]
    x_cols = real_array(op, "x_cols", x_cols)
    require_shape(op, "x_cols", x_cols, shape, "a row a tap, a column a window")
    dout_rows = g.dout.transpose(1, 2, 3, 0).reshape(g.w_shape[0], x_cols.shape[1])
    dw = np.empty(g.w_shape, dtype=g.dtype)
    for rows, filters, _ in _groups(g):
        dw[filters] = (dout_rows[filters] @ x_cols[rows].T).reshape(dw[filters].shape)
    dx = None
    if input_gradient:
        dx_cols = np.empty(x_cols.shape, dtype=g.dtype)
        for rows, filters, matrix in _groups(g):
            dx_cols[rows] = matrix.T @ dout_rows[filters]
        dx = col2im_indices(dx_cols, g.x_shape, *g.w_shape[2:], **_as_arguments(g))
    return dx, dw, None if g.b is None else dout_rows.sum(axis=1)


def _grid(op, x_shape, field, stride, padding, dilation):
    names = ("field_height", "field_width")
    window = tuple(integer(op, name, taps, 1) for name, taps in zip(names, field, strict=True))
    return window_grid(op, x_shape[2:], window, stride, padding, dilation, pad_name="padding")


def _indices(n_channels, grid):
    taps, windows = n_channels * grid.kernel_h * grid.kernel_w, grid.out_h * grid.out_w
    require_room("im2col", "the matrix of one image", (taps, windows))
    k, u, v = (
        axis.reshape(-1, 1) for axis in np.indices((n_channels, grid.kernel_h, grid.kernel_w))
    )
    row, column = (axis.reshape(1, -1) for axis in np.indices((grid.out_h, grid.out_w)))
    i = u * grid.dilation_h + row * grid.stride_h
    j = v * grid.dilation_w + column * grid.stride_w
    return k, i, j


def _as_arguments(g):
    param = g.grid.param
    return {"padding": param.pop("pad"), **param}


def _groups(g):
    """Yield, for each group, the rows of the matrix, the slice of filters, and these as rows."""
    taps = g.grid.kernel_h * g.grid.kernel_w
    for channels, filters in g.group_slices:
        rows = slice(channels.start * taps, channels.stop * taps)
        yield rows, filters, g.w[filters].reshape(filters.stop - filters.start, -1)
