"""Activation functions without a kink, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.smooth_activations`; both are listed in
:mod:`minidl.twins`.
"""

import math

import numpy as np

from minidl.geometry import float_arrays, known_approximation, unpack, upstream


def sigmoid_forward(x):
    """Squash every number between 0 and 1: ``out = 1 / (1 + exp(-x))``.

    Where x is negative, the same is written ``exp(x) / (1 + exp(x))``: an exponential above 1
    is never needed, so none overflows.  Infinities give 0 and 1; NaN stays NaN.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : ndarray
        ``out`` itself, which is all that :func:`sigmoid_backward` needs.

    Raises
    ------
    TypeError
        If ``x`` does not hold real numbers.

    References
    ----------
    .. [1] CS231n, "Neural networks, part 1", https://cs231n.github.io/neural-networks-1/#actfun
    """
    dtype, (values,) = float_arrays("sigmoid_forward", x=x)
    out = np.empty(values.shape, dtype=dtype)
    for cell in np.ndindex(values.shape):
        small = math.exp(-abs(float(values[cell])))
        out[cell] = (small if values[cell] < 0 else 1) / (1 + small)
    return out, out


def sigmoid_backward(dout, cache):
    """Multiply the upstream gradient by the slope of the sigmoid, ``out * (1 - out)``.

    Parameters
    ----------
    dout : ndarray, same shape as the output of :func:`sigmoid_forward`
    cache : ndarray
        That output.

    Returns
    -------
    dx : ndarray, same shape as ``dout``
        At most a quarter of ``dout``: deep nets of sigmoids learn slowly.  Where ``out`` is
        nearly 1, ``1 - out`` has few digits left, and where it was rounded to 1, none.

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    dtype, dout, out = upstream("sigmoid_backward", dout, cache)
    dx = np.empty(out.shape, dtype=dtype)
    for cell in np.ndindex(out.shape):
        share = float(out[cell])
        dx[cell] = float(dout[cell]) * (share * (1 - share))
    return dx


def tanh_forward(x):
    """Squash every number between -1 and 1: ``out = tanh(x)``, a sigmoid centred on 0.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : ndarray
        ``out`` itself, which is all that :func:`tanh_backward` needs.

    Raises
    ------
    TypeError
        If ``x`` does not hold real numbers.

    References
    ----------
    .. [1] CS231n, "Neural networks, part 1", https://cs231n.github.io/neural-networks-1/#actfun
    """
    dtype, (values,) = float_arrays("tanh_forward", x=x)
    out = np.empty(values.shape, dtype=dtype)
    for cell in np.ndindex(values.shape):
        out[cell] = math.tanh(values[cell])
    return out, out


def tanh_backward(dout, cache):
    """Multiply the upstream gradient by the slope of tanh, ``1 - out ** 2``.

    Parameters
    ----------
    dout : ndarray, same shape as the output of :func:`tanh_forward`
    cache : ndarray
        That output.

    Returns
    -------
    dx : ndarray, same shape as ``dout``
        Where ``out`` is nearly 1 or -1, the slope has few digits left, as that of the sigmoid.

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    dtype, dout, out = upstream("tanh_backward", dout, cache)
    dx = np.empty(out.shape, dtype=dtype)
    for cell in np.ndindex(out.shape):
        dx[cell] = float(dout[cell]) * (1 - float(out[cell]) ** 2)
    return dx


def gelu_forward(x, approximate="none"):
    """Keep a share of every number: that of a normal distribution which lies below it.

    ``out = x * share(x)``, with ``share(x) = (1 + erf(x / sqrt(2))) / 2``, or nearly the same,
    ``share(x) = (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))) / 2``.
    So GELU is a ReLU with a soft bend.  It is 0 at minus infinity, where PyTorch has NaN.

    Parameters
    ----------
    x : ndarray of any shape
    approximate : {"none", "tanh"}
        Which of the two; PyTorch's argument.

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : tuple
        ``(x, approximate)``, for :func:`gelu_backward`.

    Raises
    ------
    TypeError
        If ``x`` does not hold real numbers.
    ValueError
        If ``approximate`` is neither.

    References
    ----------
    .. [1] Hendrycks and Gimpel, "Gaussian error linear units", https://arxiv.org/abs/1606.08415
    """
    dtype, (values,) = float_arrays("gelu_forward", x=x)
    share = _SHARES[known_approximation("gelu_forward", approximate)]
    out = np.empty(values.shape, dtype=dtype)
    for cell in np.ndindex(values.shape):
        below, _ = share(_near(float(values[cell])))
        out[cell] = below * (-FAR if values[cell] < -FAR else float(values[cell]))
    return out, (x, approximate)


def gelu_backward(dout, cache):
    """Multiply the upstream gradient by the slope of GELU, ``share(x) + x * density(x)``.

    The density is the derivative of the share: by the product rule.

    Parameters
    ----------
    dout : ndarray, same shape as the input of :func:`gelu_forward`
    cache : tuple
        ``(x, approximate)`` from :func:`gelu_forward` or its twin.

    Returns
    -------
    dx : ndarray, same shape as ``dout``
        ``dout`` where x was infinity, and 0 where it was minus infinity.

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the input.
    """
    x, approximate = unpack("gelu_backward", cache, "x, approximate")
    dtype, dout, x = upstream("gelu_backward", dout, x)
    share = _SHARES[known_approximation("gelu_backward", approximate)]
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        near = _near(float(x[cell]))
        below, density = share(near)
        dx[cell] = float(dout[cell]) * (below + near * density)
    return dx


FAR = 40.0  # beyond it on either side a share is 0 or 1, and a density 0, even in float64


def _near(x):
    """Return x, or the nearer of ``-FAR`` and ``FAR``, so that no zero meets an infinity."""
    return -FAR if x < -FAR else FAR if x > FAR else x


def _normal(x):
    """Return the share of the normal distribution below x, and its density there.

    ``erfc(-z)`` is ``1 + erf(z)``, and loses no digits where that is nearly 0.
    """
    share = 0.5 * math.erfc(-x / math.sqrt(2))
    return share, math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _nearly_normal(x):
    """Return the same of the approximation by tanh."""
    scale = math.sqrt(2 / math.pi)
    t = math.tanh(scale * (x + 0.044715 * x**3))
    return 0.5 * (1 + t), 0.5 * (1 - t * t) * scale * (1 + 3 * 0.044715 * x * x)


_SHARES = {"none": _normal, "tanh": _nearly_normal}
