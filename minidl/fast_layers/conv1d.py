"""1-D convolution, compiled: the convolution of images that are one row high."""

from minidl.fast_layers import passes
from minidl.geometry import conv1d_backward_geometry, conv1d_geometry


def conv1d_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv1d.conv1d_forward_naive`; read its contract there.

    One row is one plane for each phase of the stride; nothing else changes.
    """
    g = conv1d_geometry("conv1d_forward", x, w, b, conv_param)
    return passes.forward(g)[:, :, 0], (x, w, b, conv_param)


def conv1d_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv1d.conv1d_backward_naive`; read its contract there."""
    g = conv1d_backward_geometry("conv1d_backward", dout, cache)
    dx = passes.input_gradient(g)[:, :, 0] if input_gradient else None
    db = None if g.b is None else passes.bias_gradient(g.dout)
    return dx, passes.filter_gradient(g)[:, :, 0], db
