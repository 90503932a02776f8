"""The checks of each operation: wrong arguments are refused in words that mend them."""

import re

import numpy as np
import pytest

from minidl.geometry import (
    affine_geometry,
    avg_pool_geometry,
    conv1d_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
    conv_transpose_geometry,
    max_pool_geometry,
    pad_geometry,
)

X, W, B = np.zeros((2, 4, 6, 5)), np.zeros((3, 4, 3, 3)), np.zeros(3)
PARAM = {"stride": 1, "pad": 0}


@pytest.mark.parametrize(
    ("x", "w", "b", "param", "error", "message"),
    [
        (
            X[0],
            W,
            B,
            PARAM,
            ValueError,
            "x must be (N, C, H, W), got shape (4, 6, 5); add the batch axis: x[None]",
        ),
        (
            X[0, 0],
            W,
            B,
            PARAM,
            ValueError,
            "x must be (N, C, H, W), got shape (6, 5); add axes: x[None, None]",
        ),
        (1.0, W, B, PARAM, ValueError, "x must be (N, C, H, W), got shape ()"),
        (X[None], W, B, PARAM, ValueError, "x must be (N, C, H, W), got shape (1, 2, 4, 6, 5)"),
        (X, W[0], B, PARAM, ValueError, "w must be (F, C, HH, WW), got shape (4, 3, 3)"),
        (X, W[:, :3], B, PARAM, ValueError, "x has 4 channels, and w takes 3 (x (2, 4, 6, 5)"),
        (X, W[:, :3], B, PARAM, ValueError, "w (3, 3, 3, 3)); w must have 4 in its second axis"),
        (
            X,
            W,
            B,
            {**PARAM, "groups": 3},
            ValueError,
            "groups 3 must divide the 4 channels of x (x (2, 4, 6, 5), w (3, 4, 3, 3))",
        ),
        (
            X,
            W[:2, :3],
            B[:2],
            {**PARAM, "groups": 2},
            ValueError,
            "x has 4 channels, and w takes 6, 3 in each of 2 groups (x (2, 4, 6, 5), w (2, 3, 3",
        ),
        (X[:, :0], W, B, PARAM, ValueError, "x has an empty axis"),
        (X, W[:, :0], B, PARAM, ValueError, "w has an empty axis"),
        (X, W[:0], B[:0], PARAM, ValueError, "w has an empty axis"),
        (
            X,
            W,
            B[:2],
            PARAM,
            ValueError,
            "b must have shape (3,) (one bias for each filter), got (2,)",
        ),
        (X, W, B[:, None], PARAM, ValueError, "b must have shape (3,)"),
        (
            X,
            W,
            B,
            {**PARAM, "groups": 2},
            ValueError,
            "groups 2 must divide the 3 filters of w (x (2, 4, 6, 5), w (3, 4, 3, 3))",
        ),
        (
            X,
            W[:, :2],
            B,
            {**PARAM, "groups": 2},
            ValueError,
            "groups 2 must divide the 3 filters of w (x (2, 4, 6, 5), w (3, 2, 3, 3))",
        ),
        (X, W, B, {**PARAM, "groups": 0}, ValueError, "groups must be at least 1, got 0"),
        (X, W, B, {**PARAM, "groups": 1.5}, TypeError, "groups must be an integer, got 1.5"),
        (X, W, B, {"stride": 1}, ValueError, "conv_param lacks the key 'pad'"),
        (X, W, B, {**PARAM, "padding": 1}, ValueError, "did you mean 'pad'?"),
        (X, W, B, None, TypeError, "conv_param must be a dict, got NoneType"),
        (X + 1j, W, B, PARAM, TypeError, "x must hold real numbers, got dtype complex128"),
        (X, None, B, PARAM, TypeError, "w must hold real numbers, got dtype object"),
    ],
)
def test_convolution_refuses(x, w, b, param, error, message):
    with pytest.raises(error, match="op: .*" + re.escape(message)):
        conv_geometry("op", x, w, b, param)


POOL = {"pool_height": 2, "pool_width": 3, "stride": 2}


@pytest.mark.parametrize(
    ("x", "param", "error", "message"),
    [
        (X[0], POOL, ValueError, "x must be (N, C, H, W), got shape (4, 6, 5)"),
        (
            X,
            {**POOL, "pool_height": 7},
            ValueError,
            "window height 7 exceeds the padded input height 6",
        ),
        (X, {**POOL, "pool_width": 0}, ValueError, "pool_width must be at least 1, got 0"),
        (X, {**POOL, "pool_width": (2, 2)}, TypeError, "pool_width must be an integer"),
        (
            X,
            {**POOL, "pad": 2},
            ValueError,
            "pad 2 and 2 must be smaller than the window height 2",
        ),
        (
            X,
            {**POOL, "pad": ((0, 0), (0, 4))},
            ValueError,
            "pad 0 and 4 must be smaller than the window width 3",
        ),
        (X, {"pool_height": 2, "pool_width": 2}, ValueError, "pool_param lacks the key 'stride'"),
        (X, {**POOL, "pool_heigth": 2}, ValueError, "did you mean 'pool_height'?"),
    ],
)
def test_pooling_refuses(x, param, error, message):
    with pytest.raises(error, match="op: .*" + re.escape(message)):
        max_pool_geometry("op", x, param)


def refused(error, message):
    return pytest.raises(error, match="^op: .*" + re.escape(message))


@pytest.mark.parametrize(
    ("x", "param", "message"),
    [
        (X, {**POOL, "ceil_mode": 1}, "ceil_mode must be True or False, got 1"),
        (X, {**POOL, "dilation": 0}, "dilation must be at least 1, got 0"),
        (X, {**POOL, "dilation": 6}, "window height 7 (2 taps, dilation 6) exceeds the padded"),
        (X, {**POOL, "count_include_pad": True}, "unknown key 'count_include_pad'"),
        (
            X,
            {**POOL, "global_pool": True},
            "a window; leave out 'pool_height', 'pool_width', 'stride'",
        ),
        (X, {"global_pool": "yes"}, "global_pool must be True or False, got 'yes'"),
        (
            X[:, :, :1],
            {**POOL, "stride": 1, "dilation": 2, "pad": 1},
            "the taps of window 0, 2 apart, miss the image, whose height is 1; make pad 1 or",
        ),
        (  # only the second window misses it
            X[:, :, :1, :3],
            {**POOL, "pool_height": 1, "pool_width": 2, "pad": (0, 4), "dilation": (1, 5)},
            "the taps of window 1, 5 apart, miss the image, whose width is 3; make pad 4 ",
        ),
        (
            X[:, :, :1, :3],
            {**POOL, "pool_height": 1, "pool_width": 2, "pad": (0, 1), "dilation": (1, 4)},
            "the taps of window 0, 4 apart, miss the image, whose width is 3; make pad 1 ",
        ),
        (
            X[:, :, :1],
            {**POOL, "pool_height": 4, "ceil_mode": True},
            "window height 4 exceeds the padded input height 1",
        ),
    ],
)
def test_max_pooling_refuses(x, param, message):
    with refused((TypeError, ValueError), message):
        max_pool_geometry("op", x, param)


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ({**POOL, "count_include_pad": None}, "count_include_pad must be True or False, got None"),
        ({**POOL, "dilation": 2}, "pool_param has an unknown key 'dilation'"),
        ({**POOL, "pad": "SAME"}, "got 'SAME'; did you mean 'same'?"),
    ],
)
def test_average_pooling_refuses(param, message):
    with refused((TypeError, ValueError), message):
        avg_pool_geometry("op", X, param)


@pytest.mark.parametrize(
    ("w", "param", "message"),
    [
        (
            W,
            PARAM,
            "x has 4 channels, and w takes 3 (x (2, 4, 6, 5), w (3, 4, 3, 3)); w must have 4",
        ),
        (np.zeros((4, 3, 3)), PARAM, "w must be (C, F, HH, WW), got shape (4, 3, 3)"),
        (
            np.zeros((4, 3, 2, 2)),
            {**PARAM, "groups": 3},
            "groups 3 must divide the 4 channels of x",
        ),
        (
            np.zeros((4, 3, 2, 2)),
            {**PARAM, "pad": 4},
            "pad 4 and 4 leaves nothing of the output height 7 (input 6, window 2, stride 1); make",
        ),
        (
            np.zeros((4, 3, 2, 2)),
            {"stride": 2, "pad": 0, "output_padding": (1, 2)},
            "output_padding width 2 must be smaller than the stride 2 or the dilation 1",
        ),
        (
            np.zeros((4, 3, 2, 2)),
            {**PARAM, "dilation": (3, 1), "output_padding": (3, 0)},
            "output_padding height 3 must be smaller than the stride 1 or the dilation 3",
        ),
        (
            np.zeros((4, 3, 2, 2)),
            {"stride": 2, "pad": "same", "output_padding": 1},
            "'same' padding makes the output stride times as large",
        ),
        (
            np.zeros((4, 3, 2, 2)),
            {"stride": 2**30, "pad": 0},
            "every channel, with its padding, has 5368709122 x 4294967298 cells; at most 21",
        ),
        (np.zeros((4, 3, 2, 2)), {**PARAM, "output_pading": 1}, "did you mean 'output_padding'?"),
    ],
)
def test_transposed_convolution_refuses(w, param, message):
    with refused(ValueError, message):
        conv_transpose_geometry("op", X, w, None, param)


LINES, TAPS = np.zeros((2, 4, 5)), np.zeros((3, 4, 3))


@pytest.mark.parametrize(
    ("x", "w", "b", "param", "message"),
    [
        (X, TAPS, None, PARAM, "x must be (N, C, L), got shape (2, 4, 6, 5)"),
        (
            X[0, 0],
            TAPS,
            None,
            PARAM,
            "x must be (N, C, L), got shape (6, 5); add the batch axis, x[No",
        ),
        (LINES, W, None, PARAM, "w must be (F, C, K), got shape (3, 4, 3, 3)"),
        (
            LINES,
            TAPS,
            B,
            {**PARAM, "stride": (1, 2)},
            "stride must be an int for the one axis there is, got (1, 2)",
        ),
        (LINES, TAPS[:, :2], None, PARAM, "x has 4 channels, and w takes 2 (x (2, 4, 5), w (3, 2"),
        (LINES[..., :2], TAPS, None, PARAM, "window width 3 exceeds the padded input width 2"),
        (LINES, TAPS, B[:2], PARAM, "b must have shape (3,)"),
        (LINES, TAPS, B, {**PARAM, "pad": (1, -1)}, "pad right must be at least 0, got -1"),
        (
            LINES,
            TAPS,
            B,
            {**PARAM, "pad": ((1, 1), (1, 1))},
            "pad must be an int, (left, right), 'valid' or 'same', got ((1",
        ),
        (LINES, TAPS, B, {**PARAM, "pad": "smae"}, "did you mean 'same'?"),
        (LINES, TAPS, B, {**PARAM, "padding": 1}, "did you mean 'pad'?"),
    ],
)
def test_1d_convolution_refuses(x, w, b, param, message):
    with refused((TypeError, ValueError), message):
        conv1d_geometry("op", x, w, b, param)


def test_1d_convolution_tells_of_three_axes():
    with refused(ValueError, "dout must have shape (2, 3, 3) (that of the layer's output), got"):
        conv1d_geometry("op", LINES, TAPS, None, PARAM, dout=np.zeros((2, 3, 1, 3)))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((2, 4, 6), "x_shape must be a shape (N, C, H, W), got (2, 4, 6)"),
        (7, "x_shape must be a shape (N, C, H, W), got 7"),
        ((2, 4, 6.0, 5), "x_shape H must be an integer, got 6.0"),
        ((2, 4, 0, 5), "x_shape H must be at least 1, got 0"),
        ((-1, 4, 6, 5), "x_shape N must be at least 0, got -1"),
        ((2, 3, 6, 5), "x has 3 channels, and w takes 4"),
        ((2, 4, 6, 6), "dout must have shape (2, 3, 4, 4) (that of the layer's output), got"),
        ((2**31 - 1, 4, 2**20, 2**20), "x_shape would have shape (2147483647, 4, 1048576"),
    ],
)
def test_input_gradient_refuses_shapes(shape, message):
    with refused((TypeError, ValueError), message):
        conv_input_gradient_geometry("op", np.zeros((2, 3, 4, 3)), W, shape, PARAM)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (None, "w_shape must be a shape (F, C, HH, WW), got None"),
        ((0, 4, 3, 3), "w_shape F must be at least 1, got 0"),
        ((3, 4, 9, 3), "window height 9 exceeds the padded input height 6"),
        ((3, 4, 3, 2), "dout must have shape (2, 3, 4, 4)"),
    ],
)
def test_filter_gradient_refuses_shapes(shape, message):
    with refused((TypeError, ValueError), message):
        conv_filter_gradient_geometry("op", np.zeros((2, 3, 4, 3)), X, shape, PARAM)


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ({"pad": 1, "mode": "mirror"}, "mode must be one of zeros, reflect, replicate, circular"),
        ({"pad": 1, "mod": "reflect"}, "did you mean 'mode'?"),
        ({"mode": "reflect"}, "pad_param lacks the key 'pad'"),
        ({"pad": "same"}, "pad must be an int or pairs, got 'same'; 'valid' and 'same' are for"),
        ({"pad": 1, "mode": np.array(["zeros"])}, "mode must be one of zeros, reflect"),
        ({"pad": 6, "mode": "reflect"}, "pad 6 is more than mode 'reflect' can take from an imag"),
        ({"pad": (0, 6), "mode": "circular"}, "of width 5: at most 5"),
        ({"pad": 2**28}, "out would have shape (2, 4, 536870918, 536870917)"),
    ],
)
def test_padding_refuses(param, message):
    with refused(ValueError, message):
        pad_geometry("op", X, param)


GREY = np.zeros((3, 1, 2, 2))


@pytest.mark.parametrize(
    ("x", "w", "hint"),
    [
        (np.zeros((4, 6, 5)), W, "add the batch axis: x[None]"),
        (np.zeros((64, 6, 5)), GREY, "add the channel axis: x[:, None]"),
        (np.zeros((1, 6, 5)), GREY, "add the batch axis: x[None]"),
        (np.zeros((64, 6, 5)), W, "add the batch axis, x[None], or the channel axis, x[:, None]"),
        (np.zeros((6, 5)), GREY, "add axes: x[None, None]"),
        (np.zeros(5), GREY, "got shape (5,)"),
    ],
)
def test_the_axis_that_is_missing(x, w, hint):
    """Filters tell an image without a batch from a batch of grey images without channels."""
    with pytest.raises(ValueError, match=f"x must be .*{re.escape(hint)}$"):
        conv_geometry("op", x, w, None, PARAM)
    with pytest.raises(ValueError, match=f"x must be .*{re.escape(hint)}$"):
        conv_transpose_geometry("op", x, w.swapaxes(0, 1), None, PARAM)


def test_without_filters_both_axes_could_be_missing():
    for refuse in (
        lambda: max_pool_geometry("op", X[0], POOL),
        lambda: avg_pool_geometry("op", X[0], POOL),
        lambda: pad_geometry("op", X[0], {"pad": 1}),
    ):
        with refused(ValueError, "add the batch axis, x[None], or the channel axis, x[:, None]"):
            refuse()


def test_arrays_too_large_for_any_memory_are_refused():
    x = np.broadcast_to(0.0, (2**30, 1, 1, 1))
    w = np.broadcast_to(0.0, (2**30, 1, 1, 1))
    with refused(ValueError, "out would have shape (1073741824, 1073741824, 1, 1)"):
        conv_geometry("op", x, w, None, PARAM)
    w = np.broadcast_to(0.0, (1, 2**30, 1, 1))
    with refused(ValueError, "out would have shape (1073741824, 1073741824, 1, 1)"):
        conv_transpose_geometry("op", x, w, None, PARAM)
    x = np.broadcast_to(0.0, (2**30, 2**20, 1, 1))
    param = {"pool_height": 1, "pool_width": 1, "stride": 1}
    with refused(ValueError, "out would have shape (1073741824, 1048576, 1, 1)"):
        max_pool_geometry("op", x, param)


@pytest.mark.parametrize(
    ("x", "w", "b", "message"),
    [
        (X, np.zeros((119, 2)), None, "x has 120 values for each image, and w takes 119"),
        (
            np.zeros(5),
            np.zeros((5, 2)),
            None,
            "x must be (N, d1, ..., dk), got shape (5,); add an axis",
        ),
        (np.zeros((2, 5)), np.zeros(5), None, "w must be (D, M), got shape (5,)"),
        (np.zeros((2, 5)), np.zeros((5, 2)), np.zeros(3), "b must have shape (2,)"),
    ],
)
def test_affine_refuses(x, w, b, message):
    with pytest.raises(ValueError, match="op: .*" + re.escape(message)):
        affine_geometry("op", x, w, b)


def test_shapes_that_follow():
    g = conv_geometry("op", X, W, B, {"stride": 2, "pad": 1})
    assert g.out_shape == (2, 3, 3, 3)
    assert g.multiply_adds == 2 * 3 * 3 * W.size
    assert max_pool_geometry("op", X, POOL).out_shape == (2, 4, 3, 2)
    assert affine_geometry("op", X, np.zeros((120, 7)), None).out_shape == (2, 7)
