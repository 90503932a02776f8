"""Activation functions without a kink, compiled; the exponential in floats is the kernels' own."""

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.elementwise import for_each_number
from minidl.geometry import float_arrays, known_approximation, unpack, upstream


def sigmoid_forward_fast(x):
    """Fast twin of :func:`~minidl.layers.smooth_activations.sigmoid_forward`."""
    _, (values,) = float_arrays("sigmoid_forward", x=x)
    out = for_each_number(kernels.activations.sigmoid_forward, values)
    return out, out


def sigmoid_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.smooth_activations.sigmoid_backward`."""
    _, dout, out = upstream("sigmoid_backward", dout, cache)
    return for_each_number(kernels.activations.sigmoid_backward, dout, out)


def tanh_forward_fast(x):
    """Fast twin of :func:`~minidl.layers.smooth_activations.tanh_forward`.

    NumPy's tanh runs in vectors already.
    """
    dtype, (values,) = float_arrays("tanh_forward", x=x)
    out = memory.empty(values.shape, dtype=dtype)
    np.tanh(values, out=out)
    return out, out


def tanh_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.smooth_activations.tanh_backward`."""
    _, dout, out = upstream("tanh_backward", dout, cache)
    return for_each_number(kernels.activations.tanh_backward, dout, out)


def gelu_forward_fast(x, approximate="none"):
    """Fast twin of :func:`~minidl.layers.smooth_activations.gelu_forward`.

    The share by tanh is computed as a sigmoid: ``(1 + tanh(u)) / 2 = sigmoid(2 * u)``.
    """
    _, (values,) = float_arrays("gelu_forward", x=x)
    forward, _ = _GELU[known_approximation("gelu_forward", approximate)]
    return for_each_number(forward, values), (x, approximate)


def gelu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.smooth_activations.gelu_backward`.

    The share and its density need the same ``exp(-x * x / 2)``, which is computed once.
    """
    x, approximate = unpack("gelu_backward", cache, "x, approximate")
    _, dout, x = upstream("gelu_backward", dout, x)
    _, backward = _GELU[known_approximation("gelu_backward", approximate)]
    return for_each_number(backward, dout, x)


_GELU = {
    "none": (kernels.activations.gelu_forward, kernels.activations.gelu_backward),
    "tanh": (kernels.activations.gelu_tanh_forward, kernels.activations.gelu_tanh_backward),
}
