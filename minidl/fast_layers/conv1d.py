"""1-D convolution, compiled: the convolution of images that are one row high."""

from minidl.fast_layers import conv_plans
from minidl.fast_layers.prepared import Prepared
from minidl.geometry import conv1d_backward_geometry, conv1d_geometry, unpack


def conv1d_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv1d.conv1d_forward_naive`; read its contract there.

    One row is one plane for each phase of the stride; nothing else changes.
    """
    return forward(conv_param, (x, w, b)), (x, w, b, conv_param)


def _check_forward(conv_param, x, w, b):
    g = conv1d_geometry("conv1d_forward", x, w, b, conv_param)
    return g.sizes, (g.x[:, :, 0], g.w[:, :, 0], g.b)


def _forward_of(sizes):
    run = conv_plans.forward_of(sizes)
    return lambda x, w, b: run(x[:, :, None], w[:, :, None], b)[:, :, 0]


forward = Prepared(_check_forward, _forward_of)


def conv1d_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv1d.conv1d_backward_naive`; read its contract there."""
    x, w, b, conv_param = unpack("conv1d_backward", cache, "x, w, b, conv_param")
    return backward(conv_param, (dout, x, w, b), input_gradient)


def _check_backward(conv_param, dout, *cache):
    g = conv1d_backward_geometry("conv1d_backward", dout, (*cache, conv_param))
    return g.sizes, (g.dout[:, :, 0], g.x[:, :, 0], g.w[:, :, 0], g.b)


def _backward_of(sizes):
    run = conv_plans.backward_of(sizes)

    def run_1d(dout, x, w, b, input_gradient=True):
        images = dout[:, :, None], x[:, :, None], w[:, :, None]
        dx, dw, db = run(*images, b, input_gradient)
        return None if dx is None else dx[:, :, 0], dw[:, :, 0], db

    return run_1d


backward = Prepared(_check_backward, _backward_of)
