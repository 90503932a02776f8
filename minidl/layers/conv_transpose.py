"""Transposed convolution: the gradient of a convolution's input, as a layer of its own.

The fast twin is :mod:`minidl.fast_layers.conv_transpose`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import conv_transpose_backward_geometry, conv_transpose_geometry


def conv_transpose_forward_naive(x, w, b, conv_param):
    """Stamp the filters onto a larger image, once for every number of the input.

    Window (i, j) of ``out[n]`` receives ``x[n, c, i, j] * w[c]`` from every channel c.  Windows
    lie where a convolution with these parameters would read them; what falls on the padding
    is dropped.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Input images.
    w : ndarray of shape (C, F / groups, HH, WW)
        One stamp for each pair of a channel and a filter (of its group, if there are groups).
    b : ndarray of shape (F,) or None
        Biases, one for each filter.
    conv_param : dict
        ``'stride'`` and ``'pad'``, and if wanted ``'output_padding'``, ``'dilation'`` and
        ``'groups'``; see :func:`minidl.geometry.conv_transpose_geometry` for the forms they take.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
        ``H' = (H - 1) * stride - top - bottom + dilation * (HH - 1) + 1 + output_padding``, or
        ``H * stride`` with 'same'; ``W'`` likewise.
    cache : tuple
        ``(x, w, b, conv_param)``, for :func:`conv_transpose_backward_naive`.

    Raises
    ------
    ValueError
        If the padding leaves nothing of the output, ``output_padding`` is neither below the stride
        nor below the dilation, or the channels differ.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    .. [1] Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", section 4,
       https://arxiv.org/abs/1603.07285
    """
    g = conv_transpose_geometry("conv_transpose_forward", x, w, b, conv_param)
    grid = g.convolution.grid
    n_images, n_filters, height, width = g.out_shape
    padded = np.zeros((n_images, n_filters, grid.padded_h, grid.padded_w), dtype=np.float64)
    for filters, channels in g.convolution.group_slices:
        for n in range(n_images):
            for c in range(channels.start, channels.stop):
                for i in range(grid.out_h):
                    for j in range(grid.out_w):
                        window = padded[n, filters, *grid.cells(i, j)]
                        window += g.x[n, c, i, j] * g.w[c]
    top, left = grid.pad_top, grid.pad_left
    out = padded[:, :, top : top + height, left : left + width].astype(g.dtype, order="C")
    if g.b is not None:
        out += g.b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_transpose_backward_naive(dout, cache, input_gradient=True):
    """Backpropagate through a transposed convolution, every stamp differentiated.

    The number ``x[n, c, i, j]`` met stamp c once, on window (i, j); so each of the two receives
    the other, times that window of ``dout``.

    Parameters
    ----------
    dout : ndarray of shape (N, F, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b, conv_param)`` from :func:`conv_transpose_forward_naive` or its twin.
    input_gradient : bool
        If False, ``dx`` is None.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W), or None
    dw : ndarray of shape (C, F / groups, HH, WW)
    db : ndarray of shape (F,), or None where the layer had no bias

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = conv_transpose_backward_geometry("conv_transpose_backward", dout, cache)
    grid = g.convolution.grid
    dpadded = np.pad(g.dout, grid.pad_width)
    dx = np.empty(g.x.shape, dtype=g.dtype)
    dw = np.zeros(g.w.shape, dtype=np.float64)
    for filters, channels in g.convolution.group_slices:
        for n in range(len(g.x)):
            for c in range(channels.start, channels.stop):
                for i in range(grid.out_h):
                    for j in range(grid.out_w):
                        window = dpadded[n, filters, *grid.cells(i, j)]
                        if input_gradient:
                            dx[n, c, i, j] = np.sum(window * g.w[c])
                        dw[c] += g.x[n, c, i, j] * window
    db = None
    if g.b is not None:
        db = np.sum(g.dout, axis=(0, 2, 3), dtype=np.float64).astype(g.dtype)
    return dx if input_gradient else None, dw.astype(g.dtype), db
