"""Convolution, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.conv`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import (
    conv_backward_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
)


def conv_forward_naive(x, w, b, conv_param):
    """Cross-correlate a batch of images with a bank of filters.

    ``out[n, f, i, j] = b[f] + sum(w[f] * window(n, i, j))``

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Input images.
    w : ndarray of shape (F, C / groups, HH, WW)
        Filters; filter ``f`` spans every channel (of its group, if there are groups).
    b : ndarray of shape (F,) or None
        Biases, one for each filter.
    conv_param : dict
        ``'stride'``, and if wanted ``'dilation'``: an int or (h, w).
        ``'pad'``: an int, (h, w), ((top, bottom), (left, right)), 'valid' for none, or 'same' for
        ``ceil(H / stride)`` rows of output; see :func:`minidl.geometry.window_grid`.
        ``'groups'``, if wanted: filters see only the channels of their own group.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
        ``H' = 1 + (H + top + bottom - dilation * (HH - 1) - 1) // stride``, and ``W'`` likewise.
    cache : tuple
        ``(x, w, b, conv_param)``, for :func:`conv_backward_naive`.

    Raises
    ------
    ValueError
        If the filter does not fit the padded image, or the channels differ.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    .. [1] CS231n, "Convolutional Networks", https://cs231n.github.io/convolutional-networks/
    """
    g = conv_geometry("conv_forward", x, w, b, conv_param)
    grid = g.grid
    padded = np.pad(g.x, grid.pad_width)
    out = np.empty(g.out_shape, dtype=g.dtype)
    for channels, filters in g.group_slices:
        for n in range(len(g.x)):
            for f in range(filters.start, filters.stop):
                for i in range(grid.out_h):
                    for j in range(grid.out_w):
                        window = padded[n, channels, *grid.cells(i, j)]
                        out[n, f, i, j] = np.sum(window * g.w[f])
                        if g.b is not None:
                            out[n, f, i, j] += g.b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache, input_gradient=True):
    """Backpropagate through a convolution: every product of the forward pass, differentiated.

    The window (i, j) of image n met filter f once, in ``out[n, f, i, j]``; so each of the two
    receives the other, times ``dout[n, f, i, j]``.  The bias met a 1.

    Parameters
    ----------
    dout : ndarray of shape (N, F, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b, conv_param)`` from :func:`conv_forward_naive` or its twin.
    input_gradient : bool
        If False, ``dx`` is None: a net's first layer has nobody to hand it to.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W), or None
    dw : ndarray of shape (F, C / groups, HH, WW)
    db : ndarray of shape (F,), or None where the layer had no bias

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = conv_backward_geometry("conv_backward", dout, cache)
    dx = db = None
    if input_gradient:
        dx = conv_input_gradient_naive(g.dout, g.w, g.x_shape, g.conv_param)
    dw = conv_filter_gradient_naive(g.dout, g.x, g.w_shape, g.conv_param)
    if g.b is not None:
        db = np.sum(g.dout, axis=(0, 2, 3), dtype=np.float64).astype(g.dtype)
    return dx, dw, db


def conv_input_gradient_naive(dout, w, x_shape, conv_param):
    """Return the gradient of a convolution's input, which the values of the input do not change.

    Every window receives the filters that it met, each times its number of ``dout``; where
    windows overlap, they add up.  The sums, which are long, run in float64.

    Parameters
    ----------
    dout : ndarray of shape (N, F, H', W')
        Gradient of the loss with respect to the output.
    w : ndarray of shape (F, C / groups, HH, WW)
        Filters.
    x_shape : tuple (N, C, H, W)
        Shape of the input: several sizes give the same output where a stride leaves rows over.
    conv_param : dict
        As :func:`conv_forward_naive` takes it.

    Returns
    -------
    dx : ndarray of shape ``x_shape``

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output that such an input gives.
    """
    g = conv_input_gradient_geometry("conv_input_gradient", dout, w, x_shape, conv_param)
    grid = g.grid
    n_images, n_channels, height, width = g.x_shape
    dpadded = np.zeros((n_images, n_channels, grid.padded_h, grid.padded_w), dtype=np.float64)
    for channels, filters in g.group_slices:
        for n in range(n_images):
            for f in range(filters.start, filters.stop):
                for i in range(grid.out_h):
                    for j in range(grid.out_w):
                        window = dpadded[n, channels, *grid.cells(i, j)]
                        window += g.dout[n, f, i, j] * g.w[f]
    top, left = grid.pad_top, grid.pad_left
    return dpadded[:, :, top : top + height, left : left + width].astype(g.dtype, order="C")


def conv_filter_gradient_naive(dout, x, w_shape, conv_param):
    """Return the gradient of a convolution's filters, which their values do not change.

    Every filter receives the windows that it met, each times its number of ``dout``.  The sums,
    which are long, run in float64.

    Parameters
    ----------
    dout : ndarray of shape (N, F, H', W')
        Gradient of the loss with respect to the output.
    x : ndarray of shape (N, C, H, W)
        Input images.
    w_shape : tuple (F, C / groups, HH, WW)
        Shape of the filters: several sizes give the same output where a stride leaves rows over.
    conv_param : dict
        As :func:`conv_forward_naive` takes it.

    Returns
    -------
    dw : ndarray of shape ``w_shape``

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output that such filters give.
    """
    g = conv_filter_gradient_geometry("conv_filter_gradient", dout, x, w_shape, conv_param)
    grid = g.grid
    padded = np.pad(g.x, grid.pad_width)
    dw = np.zeros(g.w_shape, dtype=np.float64)
    for channels, filters in g.group_slices:
        for n in range(len(g.x)):
            for f in range(filters.start, filters.stop):
                for i in range(grid.out_h):
                    for j in range(grid.out_w):
                        window = padded[n, channels, *grid.cells(i, j)]
                        dw[f] += g.dout[n, f, i, j] * window
    return dw.astype(g.dtype)
