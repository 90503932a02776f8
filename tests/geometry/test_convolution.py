"""What a convolution, its gradients and its kin refuse, in words that mend it."""

import re

import numpy as np
import pytest

from minidl.geometry import (
    conv1d_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
    conv_transpose_geometry,
)

X, W, B = np.zeros((2, 4, 6, 5)), np.zeros((3, 4, 3, 3)), np.zeros(3)
PARAM = {"stride": 1, "pad": 0}
LINES, TAPS = np.zeros((2, 4, 5)), np.zeros((3, 4, 3))
GREY = np.zeros((3, 1, 2, 2))


def refused(error, message):
    return pytest.raises(error, match="^op: .*" + re.escape(message))


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
