"""Activation functions, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.activations`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import float_arrays, upstream


def relu_forward(x):
    """Keep positive numbers, and put zero in the place of the others.

    ``out = max(x, 0)``; NaN stays NaN.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : ndarray
        ``x`` itself, for :func:`relu_backward`.

    Raises
    ------
    TypeError
        If ``x`` does not hold real numbers.
    """
    dtype, (values,) = float_arrays("relu_forward", x=x)
    out = np.empty(values.shape, dtype=dtype)
    for cell in np.ndindex(values.shape):
        out[cell] = 0 if values[cell] <= 0 else values[cell]
    return out, x


def relu_backward(dout, cache):
    """Pass the upstream gradient where the input was positive.

    Parameters
    ----------
    dout : ndarray, same shape as the input of :func:`relu_forward`
    cache : ndarray
        That input.

    Returns
    -------
    dx : ndarray, same shape as ``dout``
        The subgradient at exactly 0 is taken to be 0.

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the input.
    """
    dtype, dout, x = upstream("relu_backward", dout, cache)
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        dx[cell] = dout[cell] if x[cell] > 0 else 0
    return dx
