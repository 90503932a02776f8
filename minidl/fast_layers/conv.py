"""Convolution in which a filter tap is an offset into planes of the padded image."""

from minidl.fast_layers import passes
from minidl.geometry import (
    conv_backward_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
)


def conv_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_forward_naive`; read its contract there.

    Every image is padded once into scratch memory, its rows and columns split by stride phase.
    There, tap (c, u, v) of the filter is one offset, the same for every output cell, so a tile of
    filters runs down the table of offsets with unit-stride loads; no window is ever gathered, and
    no im2col matrix exists.
    """
    g = conv_geometry("conv_forward", x, w, b, conv_param)
    return passes.forward(g), (x, w, b, conv_param)


def conv_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv.conv_backward_naive`; read its contract there.

    Both gradients run over the same scratch memory, with the same offsets, as the forward pass.
    """
    g = conv_backward_geometry("conv_backward", dout, cache)
    dx = passes.input_gradient(g) if input_gradient else None
    db = None if g.b is None else passes.bias_gradient(g.dout)
    return dx, passes.filter_gradient(g), db


def conv_input_gradient_fast(dout, w, x_shape, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_input_gradient_naive`; read its contract there.

    It adds ``dout``, weighted by the filters, back to the cells at each tap's offset.
    """
    return passes.input_gradient(
        conv_input_gradient_geometry("conv_input_gradient", dout, w, x_shape, conv_param)
    )


def conv_filter_gradient_fast(dout, x, w_shape, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_filter_gradient_naive`; read its contract there.

    Every tap is the dot product of ``dout`` with the cells at its offset.
    """
    return passes.filter_gradient(
        conv_filter_gradient_geometry("conv_filter_gradient", dout, x, w_shape, conv_param)
    )
