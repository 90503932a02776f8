"""Activation functions with a kink at 0, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.activations`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import finite, float_arrays, unpack, upstream


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


def leaky_relu_forward(x, negative_slope=0.01):
    """Keep positive numbers, and multiply the others by a slope.

    ``out = x if x > 0 else negative_slope * x``; NaN stays NaN.

    Parameters
    ----------
    x : ndarray of any shape
    negative_slope : float
        A small one keeps a neuron learning where ReLU's gradient is 0.

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : tuple
        ``(x, negative_slope)``, for :func:`leaky_relu_backward`.

    Raises
    ------
    TypeError
        If ``x`` does not hold real numbers, or the slope is not a number.
    ValueError
        If the slope is not finite.

    References
    ----------
    .. [1] CS231n, "Neural networks, part 1", https://cs231n.github.io/neural-networks-1/#actfun
    """
    dtype, (values,) = float_arrays("leaky_relu_forward", x=x)
    slope = finite("leaky_relu_forward", "negative_slope", negative_slope)
    out = np.empty(values.shape, dtype=dtype)
    for cell in np.ndindex(values.shape):
        with np.errstate(over="ignore"):  # a large double may be no float
            out[cell] = values[cell] if values[cell] > 0 else slope * float(values[cell])
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    """Pass the upstream gradient where the input was positive, and the slope times it elsewhere.

    Parameters
    ----------
    dout : ndarray, same shape as the input of :func:`leaky_relu_forward`
    cache : tuple
        ``(x, negative_slope)`` from :func:`leaky_relu_forward` or its twin.

    Returns
    -------
    dx : ndarray, same shape as ``dout``
        At exactly 0, and at NaN, the slope counts, as in PyTorch.

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the input.
    """
    x, negative_slope = unpack("leaky_relu_backward", cache, "x, negative_slope")
    dtype, dout, x = upstream("leaky_relu_backward", dout, x)
    slope = finite("leaky_relu_backward", "negative_slope", negative_slope)
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        with np.errstate(over="ignore"):
            dx[cell] = dout[cell] if x[cell] > 0 else slope * float(dout[cell])
    return dx
