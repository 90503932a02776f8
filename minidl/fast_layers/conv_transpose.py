"""Transposed convolution: the passes of a convolution, each in another one's place."""

from minidl.fast_layers import conv_plans
from minidl.geometry import conv_transpose_backward_geometry, conv_transpose_geometry


def conv_transpose_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv_transpose.conv_transpose_forward_naive`.

    Read its contract there.  This is the compiled input gradient, and then the bias.
    """
    g = conv_transpose_geometry("conv_transpose_forward", x, w, b, conv_param)
    out = conv_plans.input_gradient(g.convolution)
    if g.b is not None:
        out += g.b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_transpose_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv_transpose.conv_transpose_backward_naive`.

    Read its contract there.  The gradient of an input gradient is the forward pass; filters have
    the gradient that they always had, with input and upstream gradient changing places.
    """
    g = conv_transpose_backward_geometry("conv_transpose_backward", dout, cache)
    dx = conv_plans.forward(g.convolution) if input_gradient else None
    db = None if g.b is None else conv_plans.bias_gradient(g.dout)
    return dx, conv_plans.filter_gradient(g.convolution), db
