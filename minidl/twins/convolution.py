"""The convolutions' rows of the table, and the inputs that reach their corners."""

import functools

from minidl import fast_layers, im2col, layers
from minidl.geometry import (
    conv1d_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
    conv_transpose_geometry,
)
from minidl.twins.pair import Twin


def _draw(rng, dtype, *shapes):
    return tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)


def _conv_cases(rng, dtype):
    for n, c, height, width, f, window, param in [
        (1, 1, 3, 3, 1, (3, 3), {"stride": 1, "pad": 0}),  # one window
        (2, 3, 7, 9, 4, (3, 3), {"stride": 2, "pad": 1}),  # stride and pad together
        (2, 3, 5, 5, 2, (1, 1), {"stride": 1, "pad": 2}),  # pad wider than the window
        (3, 2, 11, 6, 7, (2, 4), {"stride": (3, 1), "pad": 0}),  # nothing square
        (2, 1, 9, 8, 3, (2, 2), {"stride": 5, "pad": 0}),  # stride larger than the window
        (2, 2, 6, 21, 8, (5, 3), {"stride": (1, 2), "pad": ((2, 1), (0, 3))}),  # uneven padding
        (1, 3, 8, 19, 5, (4, 3), {"stride": 2, "pad": "same"}),
        (2, 2, 9, 40, 13, (3, 3), {"stride": 1, "pad": "valid"}),  # several tiles of columns
        (2, 2, 9, 11, 4, (3, 2), {"stride": 1, "pad": 2, "dilation": (2, 3)}),
        (2, 6, 7, 7, 9, (3, 3), {"stride": 2, "pad": 1, "groups": 3}),
        (2, 4, 6, 5, 4, (2, 2), {"stride": 1, "pad": 0, "groups": 4, "dilation": 2}),  # depthwise
        (0, 3, 7, 9, 4, (3, 3), {"stride": 2, "pad": 1}),  # no image at all
    ]:
        filters = f, c // param.get("groups", 1), *window
        x, w, b = _draw(rng, dtype, (n, c, height, width), filters, f)
        yield x, w, b, param
    yield x, w, None, param


def _conv_sample(
    rng,
    dtype,
    *,
    N=4,
    C=3,
    H=31,
    W=None,
    F=25,
    HH=3,
    WW=None,
    stride=2,
    pad=1,
    dilation=1,
    groups=1,
):
    images, filters = (N, C, H, W or H), (F, C // groups, HH, WW or HH)
    param = {"stride": stride, "pad": pad, "dilation": dilation, "groups": groups}
    return *_draw(rng, dtype, images, filters, F), param


def _upstream_cases(rng, dtype):
    """Yield the same convolutions with an upstream gradient: (dout, x, w, conv_param)."""
    for x, w, _, param in _conv_cases(rng, dtype):
        out_shape = conv_geometry("case", x, w, None, param).out_shape
        yield *_draw(rng, dtype, out_shape), x, w, param


def _upstream(sample):
    """Return the sample of a gradient, which is made of a convolution's; its letters are the same.

    ``sample`` takes what :func:`_conv_sample` draws, and an upstream gradient before it.
    """

    @functools.wraps(_conv_sample)
    def drawn(rng, dtype, **sizes):
        x, w, _, param = _conv_sample(rng, dtype, **sizes)
        out_shape = conv_geometry("sample", x, w, None, param).out_shape
        return sample(*_draw(rng, dtype, out_shape), x, w, param)

    return drawn


def _input_gradient_cases(rng, dtype):
    for dout, x, w, param in _upstream_cases(rng, dtype):
        yield dout, w, x.shape, param


def _filter_gradient_cases(rng, dtype):
    for dout, x, w, param in _upstream_cases(rng, dtype):
        yield dout, x, w.shape, param


def _conv_transpose_cases(rng, dtype):
    for n, c, height, width, f, window, param in [
        (1, 1, 1, 1, 1, (2, 2), {"stride": 1, "pad": 0}),  # one stamp
        (2, 3, 4, 5, 4, (3, 3), {"stride": 2, "pad": 1}),
        (2, 3, 4, 5, 2, (3, 2), {"stride": (2, 3), "pad": 0, "output_padding": (1, 2)}),
        (1, 2, 3, 4, 3, (2, 2), {"stride": 4, "pad": 0}),  # stamps with gaps between them
        (2, 2, 5, 4, 8, (4, 3), {"stride": (1, 2), "pad": ((2, 1), (0, 3))}),
        (2, 2, 3, 19, 5, (4, 3), {"stride": 2, "pad": "same"}),
        (1, 2, 4, 3, 3, (1, 2), {"stride": 3, "pad": "same"}),  # smaller than the stride
        # more added rows and columns than a stride: no stamp reaches the last ones
        (2, 2, 3, 3, 2, (3, 2), {"stride": 1, "pad": 1, "dilation": 3, "output_padding": 2}),
        (2, 6, 3, 4, 9, (3, 3), {"stride": 2, "pad": 1, "groups": 3}),
        (2, 4, 3, 4, 4, (2, 2), {"stride": 2, "pad": 0, "groups": 4, "dilation": 2}),  # depthwise
        (0, 3, 4, 5, 4, (3, 3), {"stride": 2, "pad": 1}),  # no image at all
    ]:
        stamps = c, f // param.get("groups", 1), *window
        x, w, b = _draw(rng, dtype, (n, c, height, width), stamps, f)
        yield x, w, b, param
    yield x, w, None, param


def _conv_transpose_sample(
    rng, dtype, *, N=4, C=16, H=7, W=None, F=8, HH=4, WW=None, stride=2, pad=1, dilation=1, groups=1
):
    images, stamps = (N, C, H, W or H), (C, F // groups, HH, WW or HH)
    param = {"stride": stride, "pad": pad, "dilation": dilation, "groups": groups}
    return *_draw(rng, dtype, images, stamps, F), param


def _conv1d_cases(rng, dtype):
    for n, c, length, f, taps, param in [
        (1, 1, 3, 1, 3, {"stride": 1, "pad": 0}),
        (2, 3, 11, 4, 3, {"stride": 2, "pad": 1}),
        (2, 2, 9, 3, 4, {"stride": 1, "pad": (3, 0)}),  # only the past: a causal convolution
        (2, 2, 40, 13, 2, {"stride": (1,), "pad": "valid"}),
        (1, 4, 12, 6, 3, {"stride": 2, "pad": "same", "dilation": 2, "groups": 2}),
        (0, 3, 7, 4, 3, {"stride": 2, "pad": 1}),
    ]:
        filters = f, c // param.get("groups", 1), taps
        x, w, b = _draw(rng, dtype, (n, c, length), filters, f)
        yield x, w, b, param
    yield x, w, None, param


def _conv1d_sample(rng, dtype, *, N=8, C=4, L=128, F=8, K=5, stride=1, pad=2, dilation=1, groups=1):
    param = {"stride": stride, "pad": pad, "dilation": dilation, "groups": groups}
    return *_draw(rng, dtype, (N, C, L), (F, C // groups, K), F), param


ROWS = (
    Twin(
        "conv",
        naive=(layers.conv_forward_naive, layers.conv_backward_naive),
        fast=(fast_layers.conv_forward_fast, fast_layers.conv_backward_fast),
        im2col=(im2col.conv_forward_im2col, im2col.conv_backward_im2col),
        cases=_conv_cases,
        sample=_conv_sample,
        geometry=conv_geometry,
    ),
    Twin(
        "conv_input_gradient",
        naive=(layers.conv_input_gradient_naive,),
        fast=(fast_layers.conv_input_gradient_fast,),
        cases=_input_gradient_cases,
        sample=_upstream(lambda dout, x, w, param: (dout, w, x.shape, param)),
        geometry=conv_input_gradient_geometry,
        passes=("gradient",),
    ),
    Twin(
        "conv_filter_gradient",
        naive=(layers.conv_filter_gradient_naive,),
        fast=(fast_layers.conv_filter_gradient_fast,),
        cases=_filter_gradient_cases,
        sample=_upstream(lambda dout, x, w, param: (dout, x, w.shape, param)),
        geometry=conv_filter_gradient_geometry,
        passes=("gradient",),
    ),
    Twin(
        "conv_transpose",
        naive=(layers.conv_transpose_forward_naive, layers.conv_transpose_backward_naive),
        fast=(fast_layers.conv_transpose_forward_fast, fast_layers.conv_transpose_backward_fast),
        cases=_conv_transpose_cases,
        sample=_conv_transpose_sample,
        geometry=conv_transpose_geometry,
    ),
    Twin(
        "conv1d",
        naive=(layers.conv1d_forward_naive, layers.conv1d_backward_naive),
        fast=(fast_layers.conv1d_forward_fast, fast_layers.conv1d_backward_fast),
        cases=_conv1d_cases,
        sample=_conv1d_sample,
        geometry=conv1d_geometry,
    ),
)
