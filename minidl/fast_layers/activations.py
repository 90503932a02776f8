"""Activation functions with a kink at 0, compiled: one pass over memory each."""

from minidl import kernels
from minidl.fast_layers.elementwise import for_each_number
from minidl.geometry import finite, float_arrays, unpack, upstream


def relu_forward_fast(x):
    """Fast twin of :func:`~minidl.layers.activations.relu_forward`; read its contract there."""
    _, (values,) = float_arrays("relu_forward", x=x)
    return for_each_number(kernels.activations.relu_forward, values), x


def relu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.activations.relu_backward`; read its contract there."""
    _, dout, x = upstream("relu_backward", dout, cache)
    return for_each_number(kernels.activations.relu_backward, dout, x)


def leaky_relu_forward_fast(x, negative_slope=0.01):
    """Fast twin of :func:`~minidl.layers.activations.leaky_relu_forward`; read its contract there.

    One kernel serves both passes: it scales numbers by the sign of others, here of themselves.
    """
    _, (values,) = float_arrays("leaky_relu_forward", x=x)
    slope = finite("leaky_relu_forward", "negative_slope", negative_slope)
    out = for_each_number(kernels.activations.leaky_relu, values, values, options=(slope,))
    return out, (x, negative_slope)


def leaky_relu_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.activations.leaky_relu_backward`; see there."""
    x, negative_slope = unpack("leaky_relu_backward", cache, "x, negative_slope")
    _, dout, x = upstream("leaky_relu_backward", dout, x)
    slope = finite("leaky_relu_backward", "negative_slope", negative_slope)
    return for_each_number(kernels.activations.leaky_relu, dout, x, options=(slope,))
