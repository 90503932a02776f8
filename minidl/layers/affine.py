"""The fully connected layer, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.affine`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import affine_backward_geometry, affine_geometry


def affine_forward(x, w, b):
    """Weigh all values of an image, once for every output.

    ``out[n, m] = b[m] + sum(x[n] * w[:, m])``, with ``x[n]`` laid out as one row.

    Parameters
    ----------
    x : ndarray of shape (N, d1, ..., dk)
        Input of any number of axes; ``D = d1 * ... * dk`` values for each image.
    w : ndarray of shape (D, M)
        Weights, one column for each output.
    b : ndarray of shape (M,) or None
        Biases.

    Returns
    -------
    out : ndarray of shape (N, M)
    cache : tuple
        ``(x, w, b)``, for :func:`affine_backward`.

    Raises
    ------
    ValueError
        If ``x`` has not D values for each image.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    .. [1] CS231n, "Linear classification", https://cs231n.github.io/linear-classify/
    """
    g = affine_geometry("affine_forward", x, w, b)
    out = np.empty(g.out_shape, dtype=g.dtype)
    for n, m in np.ndindex(g.out_shape):
        out[n, m] = np.sum(g.rows[n] * g.w[:, m])
        if g.b is not None:
            out[n, m] += g.b[m]
    return out, (x, w, b)


def affine_backward(dout, cache, input_gradient=True):
    """Backpropagate through a fully connected layer.

    Image n met column m once, in ``out[n, m]``; so each of the two receives the other, times
    ``dout[n, m]``.  The sums, which are long, run in float64.

    Parameters
    ----------
    dout : ndarray of shape (N, M)
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b)`` from :func:`affine_forward` or its twin.
    input_gradient : bool
        If False, ``dx`` is None: a net's first layer has nobody to hand it to.

    Returns
    -------
    dx : ndarray of shape (N, d1, ..., dk), or None
    dw : ndarray of shape (D, M)
    db : ndarray of shape (M,), or None where the layer had no bias

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = affine_backward_geometry("affine_backward", dout, cache)
    drows = np.zeros(g.rows.shape, dtype=np.float64)
    dw = np.zeros(g.w.shape, dtype=np.float64)
    for n, m in np.ndindex(g.out_shape):
        drows[n] += g.dout[n, m] * g.w[:, m]
        dw[:, m] += g.dout[n, m] * g.rows[n]
    dx = drows.reshape(g.x_shape).astype(g.dtype) if input_gradient else None
    db = None
    if g.b is not None:
        db = np.sum(g.dout, axis=0, dtype=np.float64).astype(g.dtype)
    return dx, dw.astype(g.dtype), db
