"""TensorFlow's functions in its layouts: the worked numbers, every form of argument, refusals."""

import re

import numpy as np
import pytest
from worked_examples import FILTER_GRADIENT, FORWARD, INPUT_GRADIENT, X, image

from minidl import nn
from minidl.interop import tensorflow as tf
from minidl.layers import affine_forward
from minidl.twins import BACKENDS, TWINS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)
X_LAST = X.reshape(1, 3, 3, 1)


def explicit(pad):
    """Write a layer's padding as TensorFlow does."""
    return pad if isinstance(pad, str) else [[0, 0], *map(list, pad), [0, 0]]


def last(rows):
    """Return a matrix as an NHWC batch of one image of one channel."""
    return image(rows)[0, ..., None]


def kernel(rows):
    """Return a matrix as one HWIO filter of one channel."""
    return image(rows)[0, 0, ..., None, None]


def exact(actual, expected):
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    assert actual.flags.c_contiguous
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


@every_backend
@pytest.mark.parametrize(("x", "w", "param", "out"), FORWARD)
def test_convolution(backend, x, w, param, out):
    x, pad = x.transpose(0, 2, 3, 1), param["pad"]
    stride, dilation = param.get("stride", 1), param.get("dilation", 1)
    for padding in (pad, pad.upper()):
        actual = tf.conv2d(x, kernel(w), stride, padding, "NHWC", dilation, backend=backend)
        exact(actual, last(out))
    if stride == 1:
        exact(tf.atrous_conv2d(x, kernel(w), dilation, pad, backend=backend), last(out))
    if len(w) == 1:
        actual = tf.conv1d(x[:, 0], kernel(w)[0], stride, pad, "NWC", dilation, backend=backend)
        exact(actual, last(out)[:, 0])


@every_backend
@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_input_gradient(backend, pad, w, dout, dx):
    for sizes in ((1, 3, 3, 1), [1, 3, 3, 1], np.array([1, 3, 3, 1])):
        actual = tf.conv2d_backprop_input(
            sizes, kernel(w), last(dout), [1, 1, 1, 1], explicit(pad), backend=backend
        )
        exact(actual, last(dx))


@every_backend
@pytest.mark.parametrize(("pad", "dout", "dw"), FILTER_GRADIENT)
def test_filter_gradient(backend, pad, dout, dw):
    actual = tf.conv2d_backprop_filter(
        X_LAST, (2, 2, 1, 1), last(dout), 1, explicit(pad), backend=backend
    )
    exact(actual, kernel(dw))


@every_backend
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_groups_strides_and_channels_as_the_layers_have_them(backend, groups, rng):
    x, w = rng.standard_normal((2, 4, 9, 8)), rng.standard_normal((8, 4 // groups, 3, 2))
    forward, backward = TWINS["conv"].implementation("naive")
    param = {"stride": (2, 1), "pad": ((1, 0), (2, 1)), "dilation": (1, 2), "groups": groups}
    out, cache = forward(x, w, None, param)
    dout = rng.standard_normal(out.shape)
    dx, dw, _ = backward(dout, cache)

    xt, wt, doutt = x.transpose(0, 2, 3, 1), tf.oihw_to_hwio(w), tf.nchw_to_nhwc(dout)
    rest = [1, 2, 1, 1], [[0, 0], [1, 0], [2, 1], [0, 0]]
    more = {"dilations": (1, 2), "backend": backend}
    exact(tf.conv2d(xt, wt, *rest, **more), out.transpose(0, 2, 3, 1))
    actual = tf.conv2d_backprop_input(xt.shape, wt, doutt, *rest, **more)
    exact(actual, dx.transpose(0, 2, 3, 1))
    actual = tf.conv2d_backprop_filter(xt, wt.shape, doutt, *rest, **more)
    exact(actual, dw.transpose(2, 3, 1, 0))


@every_backend
def test_conv1d_forms(backend):
    x, w = np.arange(12.0).reshape(1, 6, 2), np.array([1.0, 2, 3, 4]).reshape(2, 2, 1)
    for stride in (2, (2,), [1, 2, 1]):
        for padding in ("SAME", "VALID", [[0, 0], [0, 0], [0, 0]]):
            out = tf.conv1d(x, w, stride, padding, dilations=[1], backend=backend)
            exact(out, np.array([[[20.0], [60], [100]]]))
    padded = tf.conv1d(x, w, 1, [[0, 0], [1, 0], [0, 0]], backend=backend)
    assert padded[0, :, 0].tolist() == [4, 20, 40, 60, 80, 100]
    grouped = tf.conv1d(x, np.ones((2, 1, 2)), 2, "VALID", backend=backend)
    exact(grouped, np.array([[[2.0, 4], [10, 12], [18, 20]]]))


@every_backend
def test_pooling(backend):
    x = np.stack([X[0, 0], -X[0, 0]], axis=-1)[None]
    for two in (2, (2, 2), [1, 2, 2, 1]):
        out = tf.max_pool2d(x, two, two, "SAME", backend=backend)
        exact(out, np.array([[[[5.0, -1], [6, -3]], [[8, -7], [9, -9]]]]))
        out = tf.avg_pool2d(x, two, two, "same", backend=backend)
        exact(out, np.array([[[[3.0, -3], [4.5, -4.5]], [[7.5, -7.5], [9, -9]]]]))
        exact(tf.avg_pool2d(x, two, two, "VALID", backend=backend), np.array([[[[3.0, -3]]]]))
    out = tf.max_pool2d(x, 2, 2, [[0, 0], [1, 0], [1, 0], [0, 0]], backend=backend)
    exact(out, np.array([[[[1.0, -1], [3, -2]], [[7, -4], [9, -5]]]]))


@every_backend
def test_inputs_are_unchanged_and_outputs_fresh(backend):
    x, w = X_LAST.copy(), kernel([[1]])
    for out in (
        tf.conv2d(x, w, 1, "VALID", backend=backend),
        tf.max_pool2d(x, 1, 1, "VALID", backend=backend),
        tf.nhwc_to_nchw(x),
    ):
        assert out.flags.writeable
        out[...] = 0
    np.testing.assert_array_equal(x, X_LAST)


def test_layouts_there_and_back(rng):
    x = rng.standard_normal((2, 3, 4, 5)).astype("float32")
    for there, back, order in [
        (tf.nhwc_to_nchw, tf.nchw_to_nhwc, (0, 3, 1, 2)),
        (tf.hwio_to_oihw, tf.oihw_to_hwio, (3, 2, 0, 1)),
    ]:
        exact(there(x), x.transpose(order))
        exact(back(there(x)), x)
    weights = rng.standard_normal((60, 7))
    exact(tf.flatten_chw_to_hwc(tf.flatten_hwc_to_chw(weights, (3, 4, 5)), (3, 4, 5)), weights)


@every_backend
def test_a_whole_net_in_either_layout(backend, rng):
    x = rng.standard_normal((2, 6, 5, 3))
    keras = tf.Conv2D(4, 3, padding="same", strides=2, backend=backend, dtype="float64", rng=rng)
    hidden = keras(x)
    dense = rng.standard_normal((hidden[0].size, 10))
    expected, _ = affine_forward(hidden, dense, None)

    torch = nn.Conv2d(3, 4, 3, 2, padding="same", backend=backend, dtype="float64")
    linear = nn.Linear(len(dense), 10, bias=False, dtype="float64")
    torch.load_state_dict({"weight": tf.hwio_to_oihw(keras.kernel.data), "bias": np.zeros(4)})
    linear.load_state_dict({"weight": tf.flatten_hwc_to_chw(dense, hidden.shape[1:]).T})
    actual = nn.Sequential(torch, nn.Flatten(), linear)(tf.nhwc_to_nchw(x))
    assert relative_difference(actual, expected) < 1e-12


SMAE = (
    "conv2d: padding must be 'SAME', 'VALID' or [[0, 0], [top, bottom], [left, right], [0, 0]], "
    "got 'smae'; did you mean 'SAME'?"
)
ONES, W = np.ones((1, 5, 5, 3)), np.ones((3, 3, 3, 2))


@every_backend
@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("conv2d", (ONES, W, 1, "smae"), SMAE),
        (
            "conv2d",
            (np.ones((28, 28, 1)), W, 1, "SAME"),
            "conv2d: input must be (N, H, W, C), got shape (28, 28, 1); add the batch "
            "axis, input[None], or the channel axis, input[..., None]",
        ),
        (
            "conv2d",
            (np.ones((28, 28, 3)), W, 1, "SAME"),
            "got shape (28, 28, 3); add the batch axis: input[None]",
        ),
        ("conv2d", (ONES[0, ..., 0], W, 1, "SAME"), "(5, 5); add axes: input[None, ..., None]"),
        ("conv2d", (ONES[0, 0, 0], W, 1, "SAME"), "input must be (N, H, W, C), got shape (3,)"),
        ("conv2d", (ONES[:, :0], W, 1, "SAME"), "conv2d: input has an empty axis"),
        ("conv2d", (ONES, W[0], 1, "SAME"), "filters must be (HH, WW, C, F), got shape (3, 3, 2)"),
        (
            "conv2d",
            (ONES, W[:, :, :2], 1, "SAME"),
            "conv2d: input has 3 channels, no multiple of the 2 that each filter takes "
            "(input (1, 5, 5, 3), filters (3, 3, 2, 2))",
        ),
        ("conv2d", (ONES, W[:, :, :1], 1, "SAME"), "2 filters of 1 channels do not divide into 3"),
        ("conv2d", (ONES, W, [2, 2, 1, 1], "SAME"), "strides must be 1 at the batch and at the"),
        ("conv2d", (ONES, W, (1, 1, 1), "SAME"), "strides must be an int, (h, w) or [1, h, w, 1]"),
        ("conv2d", (ONES, W, 0, "SAME"), "conv2d: strides must be at least 1, got 0"),
        ("conv2d", (ONES, W, (1, 0), "SAME"), "conv2d: strides[1] must be at least 1, got 0"),
        (
            "conv2d",
            (ONES, W, 1, "SAME", None, 1.5),
            "conv2d: dilations must be an integer, got 1.5",
        ),
        ("conv2d", (ONES, W, 1, 1), "[0, 0]], got 1"),
        ("conv2d", (ONES, W, 1, [[0, 0], [1, -1], [0, 0], [0, 0]]), "padding[1][1] must be at"),
        ("conv2d", (ONES, W, 1, [[1, 1], [1, 1], [0, 0], [0, 0]]), "nothing is padded at the"),
        (
            "conv2d",
            (ONES, W, 1, "VALID", "NHWC", 3),
            "conv2d: window height 7 (3 taps, dilation 3) exceeds",
        ),
        (
            "conv2d",
            (ONES, W, 1, "SAME", "NCHW"),
            "conv2d: data_format must be 'NHWC', got 'NCHW'; for channels first take minidl.layers",
        ),
        ("conv1d", (ONES[0], W[0], 1, "SAME", "NHWC"), "data_format must be 'NWC', got 'NHWC'"),
        ("avg_pool2d", (ONES, 2, 2, "SAME", 1), "avg_pool2d: data_format must be 'NHWC', got 1"),
        ("conv2d", (1j * ONES, W, 1, "SAME"), "conv2d: input must hold real numbers"),
        ("atrous_conv2d", (ONES[0], W, 2, "SAME"), "atrous_conv2d: value must be (N, H, W, C)"),
        ("atrous_conv2d", (ONES, W, 0, "SAME"), "atrous_conv2d: rate must be at least 1, got 0"),
        ("conv1d", (ONES[0, 0], W[0], 1, "SAME"), "conv1d: input must be (N, W, C), got shape"),
        ("conv1d", (ONES[0], W[0], (1, 2), "SAME"), "stride must be an int, (w,) or [1, w, 1]"),
        ("conv1d", (ONES[0], W[0], 1, "full"), "conv1d: padding must be 'SAME', 'VALID' or [[0, 0"),
        ("conv1d", (ONES[0, ..., :2], W[0], 1, "SAME"), "conv1d: input has 2 channels"),
        (
            "conv1d",
            (ONES[0], W[0], 1, "VALID", None, 3),
            "conv1d: window width 7 (3 taps",
        ),
        (
            "conv2d_backprop_input",
            ((1, 5, 5, 3), W, np.ones((1, 5, 4, 2)), 1, "SAME"),
            "conv2d_backprop_input: out_backprop must have shape (1, 5, 5, 2) "
            "(that of conv2d's output), got (1, 5, 4, 2)",
        ),
        ("conv2d_backprop_input", (5, W, ONES, 1, "SAME"), "input_sizes must be a shape (N, H, W"),
        ("conv2d_backprop_input", ((1, 5, 5, 2), W, ONES, 1, "SAME"), "input_sizes has 2 channels"),
        (
            "conv2d_backprop_filter",
            (ONES, (3, 3, 3, 2), ONES, 1, "SAME"),
            "conv2d_backprop_filter: out_backprop must have shape (1, 5, 5, 2)",
        ),
        ("conv2d_backprop_filter", (ONES, (3, 3, 3), ONES, 1, "SAME"), "filter_sizes must be a sh"),
        ("max_pool2d", (ONES[0], 2, 2, "SAME"), "max_pool2d: input must be (N, H, W, C)"),
        ("max_pool2d", (ONES, None, 2, "VALID"), "max_pool2d: ksize must be an integer, got None"),
        ("conv2d", (ONES, W, None, "VALID"), "conv2d: strides must be an integer, got None"),
        (
            "conv2d_backprop_input",
            ((1, 5, 5, 3), W, ONES, 1, "SAME", "NCHW"),
            "data_format must be 'NHWC', got 'NCHW'",
        ),
        ("max_pool2d", (ONES, 6, 2, "VALID"), "max_pool2d: window height 6 exceeds the padded"),
        ("avg_pool2d", (ONES, [2, 2, 2, 1], 2, "SAME"), "avg_pool2d: ksize must be 1 at the batch"),
        ("avg_pool2d", (ONES, 6, 2, "VALID"), "avg_pool2d: window height 6 exceeds the padded"),
    ],
)
def test_refusals(backend, name, args, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)) as refusal:
        getattr(tf, name)(*args, backend=backend)
    assert str(refusal.value).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("convert", "args", "message"),
    [
        (tf.nhwc_to_nchw, (ONES[0],), "nhwc_to_nchw: x must be (N, H, W, C), got shape (5, 5, 3)"),
        (tf.nchw_to_nhwc, (ONES[0],), "nchw_to_nhwc: x must be (N, C, H, W), got shape (5, 5, 3)"),
        (tf.hwio_to_oihw, (W[0],), "hwio_to_oihw: w must be (H, W, I, O), got shape (3, 3, 2)"),
        (tf.oihw_to_hwio, (W[0],), "oihw_to_hwio: w must be (O, I, H, W), got shape (3, 3, 2)"),
        (tf.flatten_hwc_to_chw, (W[0, 0], (2, 2, 1)), "weights must have shape (4, 2) (one row"),
        (tf.flatten_chw_to_hwc, (W[0, 0], (3, 1)), "shape must be a shape (H, W, C), got (3, 1)"),
        (tf.flatten_chw_to_hwc, (W, (3, 1, 1)), "weights must be (H * W * C, M), got shape"),
    ],
)
def test_refusals_of_converters(convert, args, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        convert(*args)


def test_the_backend_is_one_of_two():
    with pytest.raises(ValueError, match="conv2d: backend must be 'naive' or 'fast', got 'gpu'"):
        tf.conv2d(ONES, W, 1, "SAME", backend="gpu")
