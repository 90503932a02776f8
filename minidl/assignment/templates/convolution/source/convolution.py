"""Convolution and max pooling as loops, each forward and backward.

A layer is a pair of functions.  The forward pass computes the layer's output, and returns with it
whatever the backward pass will need, the *cache*.  The backward pass is given the gradient of the
loss with respect to the output, ``dout``, and returns the gradients with respect to the inputs.
The gradient of ``q`` is called ``dq`` and always has the shape of ``q``.

Images are (N, C, H, W): N images of C channels, H rows and W columns.  Letters in loops: ``n`` is
an image, ``f`` a filter, ``c`` a channel, and ``i, j`` are row and column of the output.  The
window of cell (i, j) has its first corner at ``(i * stride, j * stride)``.

Rules for all functions here:

* Arrays that come in are never changed; results are new arrays.
* Results have the dtype of the inputs: float32 stays float32.
* NumPy is all you need.  Loops are welcome: these are the definitions, not the fast versions.
"""

import numpy as np


def conv_forward(x, w, b, conv_param):
    """Slide a bank of filters over a batch of images.

    ``out[n, f, i, j] = b[f] + sum(w[f] * window(n, i, j))``, where the window is as large as a
    filter, spans all channels, and is taken from the image with ``pad`` zeros on all four sides.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    w : ndarray of shape (F, C, HH, WW)
        Filters.
    b : ndarray of shape (F,)
        Biases, one for each filter.
    conv_param : dict
        ``conv_param["stride"]``: cells between the starts of neighbouring windows, at least 1.
        ``conv_param["pad"]``: zeros on each side, at least 0.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
        ``H' = 1 + (H + 2 * pad - HH) // stride``, and ``W'`` likewise: windows that do not fit in
        full are left out.
    cache : tuple
        ``(x, w, b, conv_param)``, for :func:`conv_backward`.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> w, b = np.ones((1, 1, 2, 2)), np.array([10.0])
    >>> conv_forward(x, w, b, {"stride": 1, "pad": 0})[0]
    array([[[[18., 22.],
             [30., 34.]]]])
    """
    # Pad only the last two axes: np.pad takes a pair (before, after) for each of the four.
    # Make `out` of the right shape and dtype, then fill it cell by cell.
    ### BEGIN SOLUTION
    stride, pad = conv_param["stride"], conv_param["pad"]
    n_images, _, height, width = x.shape
    n_filters, _, kernel_h, kernel_w = w.shape
    out_h = 1 + (height + 2 * pad - kernel_h) // stride
    out_w = 1 + (width + 2 * pad - kernel_w) // stride
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.empty((n_images, n_filters, out_h, out_w), dtype=x.dtype)
    for n in range(n_images):
        for f in range(n_filters):
            for i in range(out_h):
                for j in range(out_w):
                    top, left = i * stride, j * stride
                    window = padded[n, :, top : top + kernel_h, left : left + kernel_w]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    ### END SOLUTION
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    """Backpropagate through :func:`conv_forward`.

    The window (i, j) of image n met filter f once, in ``out[n, f, i, j]``.  So each of the two
    receives the other, times ``dout[n, f, i, j]``; and whatever took part in several cells of the
    output receives the sum.

    Parameters
    ----------
    dout : ndarray of shape (N, F, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b, conv_param)`` of the forward pass.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
    dw : ndarray of shape (F, C, HH, WW)
    db : ndarray of shape (F,)

    Examples
    --------
    >>> x, w, b = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2)), np.array([10.0])
    >>> dout = np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    >>> dx, dw, db = conv_backward(dout, (x, w, b, {"stride": 1, "pad": 0}))
    >>> dx[0, 0]
    array([[1., 1., 0.],
           [1., 3., 2.],
           [0., 2., 2.]])
    >>> dw[0, 0], db
    (array([[ 8., 11.],
           [17., 20.]]), array([3.]))
    """
    x, w, b, conv_param = cache
    # Walk over the same windows as the forward pass.  Gather the gradient of the padded image,
    # and cut the padding off at the end; with pad 0, the slice [pad:-pad] would be empty.
    ### BEGIN SOLUTION
    stride, pad = conv_param["stride"], conv_param["pad"]
    n_images, n_filters, out_h, out_w = dout.shape
    _, _, height, width = x.shape
    _, _, kernel_h, kernel_w = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded = np.zeros(padded.shape, dtype=x.dtype)
    dw = np.zeros(w.shape, dtype=w.dtype)
    for n in range(n_images):
        for f in range(n_filters):
            for i in range(out_h):
                for j in range(out_w):
                    rows = slice(i * stride, i * stride + kernel_h)
                    columns = slice(j * stride, j * stride + kernel_w)
                    dpadded[n, :, rows, columns] += dout[n, f, i, j] * w[f]
                    dw[f] += dout[n, f, i, j] * padded[n, :, rows, columns]
    dx = dpadded[:, :, pad : pad + height, pad : pad + width].copy()
    db = dout.sum(axis=(0, 2, 3)).astype(b.dtype)
    ### END SOLUTION
    return dx, dw, db


def max_pool_forward(x, pool_param):
    """Keep the largest number of every window, channel by channel.

    ``out[n, c, i, j] = max(window(n, c, i, j))``

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    pool_param : dict
        ``pool_param["pool_height"]`` and ``pool_param["pool_width"]``: size of the windows.
        ``pool_param["stride"]``: cells between the starts of neighbouring windows.

    Returns
    -------
    out : ndarray of shape (N, C, H', W')
        ``H' = 1 + (H - pool_height) // stride``, and ``W'`` likewise.
    cache : tuple
        ``(x, pool_param)``, for :func:`max_pool_backward`.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]])
    >>> max_pool_forward(x, {"pool_height": 2, "pool_width": 2, "stride": 2})[0]
    array([[[[4., 8.]]]])
    """
    ### BEGIN SOLUTION
    pool_h, pool_w = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    n_images, n_channels, height, width = x.shape
    out_h = 1 + (height - pool_h) // stride
    out_w = 1 + (width - pool_w) // stride
    out = np.empty((n_images, n_channels, out_h, out_w), dtype=x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride, j * stride
            windows = x[:, :, top : top + pool_h, left : left + pool_w]
            out[:, :, i, j] = windows.max(axis=(2, 3))
    ### END SOLUTION
    return out, (x, pool_param)


def max_pool_backward(dout, cache):
    """Hand every number of ``dout`` to the cell that was the largest of its window.

    All other cells of the window receive nothing from it.  Where several cells are the largest,
    the first of them by rows receives it.  Windows may overlap: a cell that was the largest of
    several receives the sum.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, pool_param)`` of the forward pass.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0, 8.0, 8.0], [3.0, 4.0, 8.0, 8.0]]]])
    >>> param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    >>> max_pool_backward(np.array([[[[10.0, 20.0]]]]), (x, param))
    array([[[[ 0.,  0., 20.,  0.],
             [ 0., 10.,  0.,  0.]]]])
    """
    x, pool_param = cache
    # np.argmax numbers the cells of a window row by row, and returns the first of equal ones;
    # np.unravel_index turns such a number into row and column.
    ### BEGIN SOLUTION
    pool_h, pool_w = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    n_images, n_channels, out_h, out_w = dout.shape
    dx = np.zeros(x.shape, dtype=x.dtype)
    for n in range(n_images):
        for c in range(n_channels):
            for i in range(out_h):
                for j in range(out_w):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + pool_h, left : left + pool_w]
                    u, v = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, top + u, left + v] += dout[n, c, i, j]
    ### END SOLUTION
    return dx
