"""Convolution in which a filter tap is an offset into planes of the padded image."""

from minidl.fast_layers import conv_plans
from minidl.fast_layers.prepared import Prepared
from minidl.geometry import (
    conv_backward_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
    unpack,
)


def conv_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_forward_naive`; read its contract there.

    Every image is padded once into scratch memory, its rows and columns split by stride phase.
    There, tap (c, u, v) of the filter is one offset, the same for every output cell, so a tile of
    filters runs down the table of offsets with unit-stride loads; no window is ever gathered, and
    no im2col matrix exists.
    """
    return forward(conv_param, (x, w, b)), (x, w, b, conv_param)


def _check_forward(conv_param, x, w, b):
    g = conv_geometry("conv_forward", x, w, b, conv_param)
    return g.sizes, (g.x, g.w, g.b)


forward = Prepared(_check_forward, conv_plans.forward_of)


def conv_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv.conv_backward_naive`; read its contract there.

    Both gradients run over the same scratch memory, with the same offsets, as the forward pass.
    """
    x, w, b, conv_param = unpack("conv_backward", cache, "x, w, b, conv_param")
    return backward(conv_param, (dout, x, w, b), input_gradient)


def _check_backward(conv_param, dout, *cache):
    g = conv_backward_geometry("conv_backward", dout, (*cache, conv_param))
    return g.sizes, (g.dout, g.x, g.w, g.b)


backward = Prepared(_check_backward, conv_plans.backward_of)


def conv_input_gradient_fast(dout, w, x_shape, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_input_gradient_naive`; read its contract there.

    It adds ``dout``, weighted by the filters, back to the cells at each tap's offset.
    """
    return conv_plans.input_gradient(
        conv_input_gradient_geometry("conv_input_gradient", dout, w, x_shape, conv_param)
    )


def conv_filter_gradient_fast(dout, x, w_shape, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_filter_gradient_naive`; read its contract there.

    Every tap is the dot product of ``dout`` with the cells at its offset.
    """
    return conv_plans.filter_gradient(
        conv_filter_gradient_geometry("conv_filter_gradient", dout, x, w_shape, conv_param)
    )
