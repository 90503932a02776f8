"""Mistakes of convolutions, and what comes out of each."""

from functools import partial

import numpy as np

from minidl.check.causes.hypothesis import Hypothesis
from minidl.check.causes.windows import Windows
from minidl.geometry import conv_geometry

WINDOW = "window (i, j) starts at (i * stride, j * stride)"


def _conv(e):
    """Return the geometry of a case that this file can tell about: one group."""
    g = conv_geometry("case", *e.prepared.case.arguments)
    return g if g.groups == 1 and g.x_shape[0] else None


def _for(name):
    """Make a guess that is about one result only, and about cases that it can tell."""

    def decorate(predict):
        def guarded(e, **more):
            g = _conv(e)
            return None if g is None or e.name != name else predict(e, g, **more)

        return guarded

    return decorate


@_for("out")
def _bias_times(e, g, times):
    return None if g.b is None else e.expected + (times(g) - 1) * g.b[:, None, None]


@_for("out")
def _first_bias(e, g):
    return None if g.b is None else e.expected + (g.b[0] - g.b)[:, None, None]


@_for("out")
def _other_filters(e, g, change):
    windows, w = Windows(e.prepared), change(g.w)
    return None if w.shape != g.w.shape else windows.products(w) + windows.bias


@_for("out")
def _averaged(e, g):
    bias = Windows(e.prepared).bias
    return (e.expected - bias) / np.prod(g.w_shape[1:]) + bias


@_for("out")
def _reshaped(e, g):
    bias = Windows(e.prepared).bias
    return (e.expected - bias).transpose(0, 2, 3, 1).reshape(g.out_shape) + bias


@_for("out")
def _some_channels(e, g, channels):
    windows = Windows(e.prepared)
    return windows.products(g.w, channels) + windows.bias


@_for("out")
def _other_padding(e, g, mode):
    grid = g.grid
    pads = grid.pad_top, grid.pad_bottom, grid.pad_left, grid.pad_right
    if mode == "reflect" and max(pads) >= min(grid.image_h, grid.image_w):
        return None
    windows = Windows(e.prepared, mode=mode)
    return windows.products(g.w) + windows.bias


def _elsewhere(e, stride=None, dilation=None):
    """Return any of the three results with windows laid out otherwise."""
    g = _conv(e)
    if g is None:
        return None
    own = g.grid.stride_h, g.grid.stride_w
    stride = stride and tuple(s or o for s, o in zip(stride, own, strict=True))
    try:
        windows = Windows(e.prepared, stride, dilation)
    except IndexError:  # a window would end outside
        return None
    if e.name == "out":
        return windows.products(g.w) + windows.bias
    if e.name == "dw":
        return windows.filter_gradient(e.prepared.dout)
    return windows.input_gradient(e.prepared.dout, g.w) if e.name == "dx" else None


@_for("dx")
def _assigned_dx(e, g, every_filter):
    return Windows(e.prepared).assigned_input_gradient(e.prepared.dout, g.w, every_filter)


@_for("dx")
def _dx_of_other_filters(e, g, change):
    w = change(g.w)
    if w.shape != g.w.shape:
        return None
    return Windows(e.prepared).input_gradient(e.prepared.dout, w)


@_for("dw")
def _assigned_dw(e, g, images, cells):
    """Return dw of the last image, or the last window, or both."""
    dout = np.zeros_like(e.prepared.dout)
    dout[images, :, cells, cells] = e.prepared.dout[images, :, cells, cells]
    return Windows(e.prepared).filter_gradient(dout)


@_for("db")
def _assigned_db(e, g, images):
    return e.prepared.dout[images].sum(axis=(0, 2, 3))


def _flipped(w):
    return w[:, :, ::-1, ::-1]


def _transposed(w):
    return w.swapaxes(2, 3)


ALL, LAST = slice(None), slice(-1, None)
FLIPPED = "the filter is flipped: this layer multiplies w[f, c, u, v] with the cell (u, v) of the "
ASSIGNED = "{0} is assigned (=) where it must be added (+=): {1}"

CONVOLUTION = (
    Hypothesis("the bias is not added", partial(_bias_times, times=lambda g: 0)),
    Hypothesis(
        "the bias is added C times, once for each channel: it belongs after the sum",
        partial(_bias_times, times=lambda g: g.w_shape[1]),
    ),
    Hypothesis(
        "the bias is added to every product: it belongs after the sum",
        partial(_bias_times, times=lambda g: int(np.prod(g.w_shape[1:]))),
    ),
    Hypothesis("the bias is subtracted", partial(_bias_times, times=lambda g: -1)),
    Hypothesis("the first filter's bias is added to all: filter f has b[f]", _first_bias),
    Hypothesis(FLIPPED + "window", partial(_other_filters, change=_flipped)),
    Hypothesis(
        "the filter is transposed: u counts rows, v columns",
        partial(_other_filters, change=_transposed),
    ),
    Hypothesis(
        "the output is reshaped from (N, H', W', F), which moves its numbers elsewhere: use "
        "transpose(0, 3, 1, 2)",
        _reshaped,
    ),
    Hypothesis(
        "products are averaged over a window, and must be added up",
        _averaged,
    ),
    Hypothesis(
        "filters and channels are exchanged: w is (F, C, HH, WW)",
        partial(_other_filters, change=lambda w: w.swapaxes(0, 1)),
    ),
    Hypothesis(
        "the first filter is used for all: filter f is w[f]",
        partial(_other_filters, change=lambda w: np.repeat(w[:1], len(w), axis=0)),
    ),
    Hypothesis(
        "the first channel alone counts: a filter spans all channels, and their products add up",
        partial(_some_channels, channels=slice(0, 1)),
    ),
    Hypothesis(
        "the last channel alone counts: is the sum over channels assigned (=) instead of added "
        "(+=)?",
        partial(_some_channels, channels=slice(-1, None)),
    ),
    *(
        Hypothesis(
            f"the padding holds other numbers than zeros (np.pad's mode {mode!r})",
            partial(_other_padding, mode=mode),
        )
        for mode in ("edge", "reflect", "wrap", "symmetric")
    ),
    Hypothesis(
        f"the stride is ignored where a window is taken: {WINDOW}",
        partial(_elsewhere, stride=(1, 1)),
    ),
    Hypothesis(
        f"the stride is ignored along the width: {WINDOW}", partial(_elsewhere, stride=(None, 1))
    ),
    Hypothesis(
        f"the stride is ignored along the height: {WINDOW}", partial(_elsewhere, stride=(1, None))
    ),
    Hypothesis(
        "the dilation is ignored: tap (u, v) lies (u * dilation, v * dilation) cells on",
        partial(_elsewhere, dilation=(1, 1)),
    ),
    *(
        Hypothesis(
            ASSIGNED.format("dx", "windows overlap, and a cell receives from all that it is in"),
            partial(_assigned_dx, every_filter=every),
        )
        for every in (True, False)
    ),
    Hypothesis(
        "dx comes from flipped filters: a cell receives from output (i, j) the tap that it met "
        "there, unflipped",
        partial(_dx_of_other_filters, change=_flipped),
    ),
    Hypothesis(
        "dx comes from transposed filters: u counts rows, v columns",
        partial(_dx_of_other_filters, change=_transposed),
    ),
    *(
        Hypothesis(
            ASSIGNED.format("dw", "a filter receives from every window of every image"),
            partial(_assigned_dw, images=images, cells=cells),
        )
        for images, cells in ((LAST, LAST), (ALL, LAST), (LAST, ALL))
    ),
    Hypothesis(
        ASSIGNED.format("db", "a bias receives from every image"),
        partial(_assigned_db, images=LAST),
    ),
    Hypothesis(
        "db holds the first image only: a bias receives from every image",
        partial(_assigned_db, images=slice(0, 1)),
    ),
)


def _shape(change):
    """Return a guess of the output's shape from changed sizes: (image, kernel, stride, pad)."""

    def predict(e):
        g = _conv(e)
        if g is None or e.name != "out":
            return None
        grid = g.grid
        sizes = [
            (grid.image_h, grid.extent_h, grid.stride_h, grid.pad_top + grid.pad_bottom),
            (grid.image_w, grid.extent_w, grid.stride_w, grid.pad_left + grid.pad_right),
        ]
        try:
            return (*g.out_shape[:2], *change(*sizes))
        except ZeroDivisionError:
            return None

    return predict


def _size(image, kernel, stride, pad):
    return 1 + (image + pad - kernel) // stride


def _each(change):
    return lambda height, width: (_size(*change(*height)), _size(*change(*width)))


def _padded_shape(e):
    g = _conv(e)
    if g is None or e.name != "dx" or e.got.shape == e.expected.shape:
        return None
    return (*g.x_shape[:2], g.grid.padded_h, g.grid.padded_w)


CONVOLUTION_SHAPES = (
    (
        "dx still has the padding: cut it off, dx[:, :, pad : pad + H, pad : pad + W]",
        _padded_shape,
    ),
    (
        "the stride is ignored in the output's size, 1 + (H + 2 * pad - HH) // stride",
        _shape(_each(lambda image, kernel, stride, pad: (image, kernel, 1, pad))),
    ),
    (
        "the padding is ignored in the output's size, 1 + (H + 2 * pad - HH) // stride",
        _shape(_each(lambda image, kernel, stride, pad: (image, kernel, stride, 0))),
    ),
    (
        "the padding counts once only in the output's size: there is pad on both sides",
        _shape(_each(lambda image, kernel, stride, pad: (image, kernel, stride, pad // 2))),
    ),
    (
        "right for square images only: the image's height is used for its width in the output's "
        "size",
        _shape(lambda height, width: (_size(*height), _size(height[0], *width[1:]))),
    ),
    (
        "right for square images only: height and width are exchanged in the output's size",
        _shape(lambda height, width: (_size(*width), _size(*height))),
    ),
    (
        "right for square filters only: the filter's height is used for its width in the output's "
        "size",
        _shape(lambda height, width: (_size(*height), _size(width[0], height[1], *width[2:]))),
    ),
    (
        "the output's size is rounded up, and must be rounded down: //",
        _shape(
            lambda *axes: [
                1 - (kernel - image - pad) // stride for image, kernel, stride, pad in axes
            ]
        ),
    ),
    (
        "the output is too small by one: its size is 1 + (H + 2 * pad - HH) // stride",
        _shape(lambda *axes: [_size(*axis) - 1 for axis in axes]),
    ),
)
