"""HOSTILE conv_forward_fast: wrong; minidl's own fast layer."""

from minidl.fast_layers import conv_forward_fast as right


def conv_forward_fast(x, w, b, stride, pad):
    return right(x, w, b, {"stride": stride, "pad": pad})[0]
