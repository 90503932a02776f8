"""Activation functions with a kink at 0, compiled: one pass over memory each."""

from minidl import kernels
from minidl.fast_layers.elementwise import of_input, of_upstream
from minidl.fast_layers.prepared import NO_PARAMETERS
from minidl.geometry import finite, float_arrays, unpack, upstream


def relu_forward_fast(x):
    """Fast twin of :func:`~minidl.layers.activations.relu_forward`; read its contract there."""
    return relu_forward(NO_PARAMETERS, (x,)), x


relu_forward = of_input("relu_forward", kernels.activations.relu_forward)


def relu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.activations.relu_backward`; read its contract there."""
    return relu_backward(NO_PARAMETERS, (dout, cache))


relu_backward = of_upstream("relu_backward", kernels.activations.relu_backward)


def leaky_relu_forward_fast(x, negative_slope=0.01):
    """Fast twin of :func:`~minidl.layers.activations.leaky_relu_forward`; read its contract there.

    One kernel serves both passes: it scales numbers by the sign of others, here of themselves.
    """
    _, (values,) = float_arrays("leaky_relu_forward", x=x)
    slope = finite("leaky_relu_forward", "negative_slope", negative_slope)
    return _leaky_relu(NO_PARAMETERS, (values, values), slope), (x, negative_slope)


def leaky_relu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.activations.leaky_relu_backward`; see there."""
    x, negative_slope = unpack("leaky_relu_backward", cache, "x, negative_slope")
    _, dout, x = upstream("leaky_relu_backward", dout, x)
    slope = finite("leaky_relu_backward", "negative_slope", negative_slope)
    return _leaky_relu(NO_PARAMETERS, (dout, x), slope)


_leaky_relu = of_upstream("leaky_relu_backward", kernels.activations.leaky_relu)
