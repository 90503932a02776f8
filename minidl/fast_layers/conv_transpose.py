"""Transposed convolution: the passes of a convolution, each in another one's place."""

from minidl.fast_layers import conv_plans
from minidl.fast_layers.prepared import Prepared
from minidl.geometry import conv_transpose_backward_geometry, conv_transpose_geometry, unpack


def conv_transpose_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv_transpose.conv_transpose_forward_naive`.

    Read its contract there.  This is the compiled input gradient, and then the bias.
    """
    return forward(conv_param, (x, w, b)), (x, w, b, conv_param)


def _check_forward(conv_param, x, w, b):
    g = conv_transpose_geometry("conv_transpose_forward", x, w, b, conv_param)
    return g.convolution.sizes, (g.x, g.w, g.b)


def _forward_of(convolution):
    input_gradient = conv_plans.input_gradient_of(convolution)

    def run(x, w, b):
        out = input_gradient(x, w)
        if b is not None:
            out += b[:, None, None]
        return out

    return run


forward = Prepared(_check_forward, _forward_of)


def conv_transpose_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv_transpose.conv_transpose_backward_naive`.

    Read its contract there.  The gradient of an input gradient is the forward pass; filters have
    the gradient that they always had, with input and upstream gradient changing places.
    """
    x, w, b, conv_param = unpack("conv_transpose_backward", cache, "x, w, b, conv_param")
    return backward(conv_param, (dout, x, w, b), input_gradient)


def _check_backward(conv_param, dout, *cache):
    g = conv_transpose_backward_geometry("conv_transpose_backward", dout, (*cache, conv_param))
    return g.convolution.sizes, (g.dout, g.x, g.w, g.b)


def _backward_of(convolution):
    forward = conv_plans.forward_of(convolution)
    filter_gradient = conv_plans.filter_gradient_of(convolution)
    bias_gradient = conv_plans.bias_gradient_of(convolution.x_shape, convolution.dtype)

    def run(dout, x, w, b, input_gradient=True):
        return (
            forward(dout, w, None) if input_gradient else None,
            filter_gradient(x, dout),
            None if b is None else bias_gradient(dout),
        )

    return run


backward = Prepared(_check_backward, _backward_of)
