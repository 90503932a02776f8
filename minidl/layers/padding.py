"""Padding an image with what the image itself holds, written to be read.

The fast twin is :mod:`minidl.fast_layers.padding`; both are listed in :mod:`minidl.twins`.
(Convolution and pooling pad with zeros by themselves; they need this for other modes only.)
"""

import numpy as np

from minidl.geometry import pad_backward_geometry, pad_geometry


def pad_forward_naive(x, pad_param):
    """Lay a frame around every image: zeros, or numbers of the image.

    ``out[n, c, i, j] = x[n, c, row(i), column(j)]``, or 0 outside the image in mode "zeros".

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Input images.
    pad_param : dict
        ``'pad'``, and if wanted ``'mode'``: "zeros", "reflect", "replicate" or "circular";
        see :func:`minidl.geometry.pad_geometry`.

    Returns
    -------
    out : ndarray of shape (N, C, H + top + bottom, W + left + right)
    cache : tuple
        ``(x, pad_param)``, for :func:`pad_backward_naive`.

    Raises
    ------
    ValueError
        If the image is too small to be mirrored or repeated so far.
    TypeError
        If ``x`` does not hold real numbers.
    """
    g = pad_geometry("pad_forward", x, pad_param)
    rows, columns = g.sources(0), g.sources(1)
    out = np.zeros(g.out_shape, dtype=g.dtype)
    for n, c, i, j in np.ndindex(g.out_shape):
        if rows[i] is not None and columns[j] is not None:
            out[n, c, i, j] = g.x[n, c, rows[i], columns[j]]
    return out, (x, pad_param)


def pad_backward_naive(dout, cache):
    """Hand every number of ``dout`` to the cell that it was copied from; sums run in float64.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H', W')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, pad_param)`` from :func:`pad_forward_naive` or its twin.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = pad_backward_geometry("pad_backward", dout, cache)
    rows, columns = g.sources(0), g.sources(1)
    dx = np.zeros(g.x.shape, dtype=np.float64)
    for n, c, i, j in np.ndindex(g.out_shape):
        if rows[i] is not None and columns[j] is not None:
            dx[n, c, rows[i], columns[j]] += g.dout[n, c, i, j]
    return dx.astype(g.dtype)
