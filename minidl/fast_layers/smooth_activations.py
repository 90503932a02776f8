"""Activation functions without a kink, compiled; the exponential in floats is the kernels' own."""

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.elementwise import of_input, of_upstream
from minidl.fast_layers.prepared import NO_PARAMETERS
from minidl.geometry import float_arrays, known_approximation, unpack, upstream


def sigmoid_forward_fast(x):
    """Fast twin of :func:`~minidl.layers.smooth_activations.sigmoid_forward`."""
    out = _sigmoid_forward(NO_PARAMETERS, (x,))
    return out, out


_sigmoid_forward = of_input("sigmoid_forward", kernels.activations.sigmoid_forward)


def sigmoid_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.smooth_activations.sigmoid_backward`."""
    return _sigmoid_backward(NO_PARAMETERS, (dout, cache))


_sigmoid_backward = of_upstream("sigmoid_backward", kernels.activations.sigmoid_backward)


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
    return _tanh_backward(NO_PARAMETERS, (dout, cache))


_tanh_backward = of_upstream("tanh_backward", kernels.activations.tanh_backward)


def gelu_forward_fast(x, approximate="none"):
    """Fast twin of :func:`~minidl.layers.smooth_activations.gelu_forward`.

    The share by tanh is computed as a sigmoid: ``(1 + tanh(u)) / 2 = sigmoid(2 * u)``.
    """
    forward, _ = _GELU[known_approximation("gelu_forward", approximate)]
    return forward(NO_PARAMETERS, (x,)), (x, approximate)


def gelu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.smooth_activations.gelu_backward`.

    The share and its density need the same ``exp(-x * x / 2)``, which is computed once.
    """
    x, approximate = unpack("gelu_backward", cache, "x, approximate")
    _, dout, x = upstream("gelu_backward", dout, x)
    _, backward = _GELU[known_approximation("gelu_backward", approximate)]
    return backward(NO_PARAMETERS, (dout, x))


_GELU = {
    approximate: (of_input("gelu_forward", forward), of_upstream("gelu_backward", backward))
    for approximate, forward, backward in [
        ("none", kernels.activations.gelu_forward, kernels.activations.gelu_backward),
        ("tanh", kernels.activations.gelu_tanh_forward, kernels.activations.gelu_tanh_backward),
    ]
}
