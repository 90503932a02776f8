"""Keras's Conv2D: shapes, gradients, what it learns from its first input, and refusals."""

import re

import numpy as np
import pytest
from worked_examples import SGD_STEP, SHAPES

import minidl
from minidl import nn, optim
from minidl.gradient_check import check_gradient
from minidl.interop import tensorflow as tf
from minidl.twins import BACKENDS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@every_backend
@pytest.mark.parametrize(("size", "window", "stride", "padding", "out", "pads"), SHAPES)
def test_shapes(backend, size, window, stride, padding, out, pads, rng):
    n_images, n_filters = (1, 4) if window == 5 else (2, 16)
    x = rng.standard_normal((n_images, size, size, 3))
    explicit = [[0, 0], *map(list, pads), [0, 0]]
    if not isinstance(padding, str):
        padding = explicit
    conv = tf.Conv2D(n_filters, window, stride, padding, backend=backend)
    result = conv(x)
    assert result.shape == (n_images, out, out, n_filters)
    assert conv.kernel.shape == (window, window, 3, n_filters)
    assert conv.bias.shape == (n_filters,)
    other = tf.conv2d(x.astype("float32"), conv.kernel.data, stride, explicit)
    assert relative_difference(result, other) < 1e-5


@every_backend
def test_worked_step(backend):
    s = SGD_STEP
    conv = tf.Conv2D(1, 2, use_bias=False, backend=backend, dtype="float64")
    conv.build((None, None, None, 1))
    conv.load_state_dict({"kernel": tf.oihw_to_hwio(s["w"])})
    net = nn.Sequential(conv, nn.Sum())
    criterion, optimizer = nn.MSELoss(), optim.SGD(net.parameters(), lr=s["lr"])
    assert criterion(net(tf.nchw_to_nhwc(s["x"])), s["target"]) == s["loss"]
    assert net.backward(criterion.backward()) is None
    np.testing.assert_allclose(conv.kernel.grad[..., 0, 0], s["dw"][0, 0], rtol=0, atol=1e-12)
    optimizer.step()
    np.testing.assert_allclose(conv.kernel.data[..., 0, 0], s["w_after"][0, 0], rtol=0, atol=1e-12)


@every_backend
def test_gradients(backend, rng):
    conv = tf.Conv2D(
        4, (3, 2), (2, 1), "same", None, (1, 2), 2, backend=backend, dtype="float64", rng=rng
    )
    x = rng.standard_normal((2, 5, 4, 6))
    out = conv(x)
    dout = rng.standard_normal(out.shape)
    dx = conv.backward(dout)
    assert conv.kernel.shape == (3, 2, 3, 4)
    for array in (out, dx, conv.kernel.grad):
        assert array.flags.c_contiguous
    for values, gradient in [
        (x, dx),
        (conv.kernel.data, conv.kernel.grad),
        (conv.bias.data, conv.bias.grad),
    ]:
        assert check_gradient(lambda _: np.sum(conv(x) * dout), values, gradient)
    once = conv.kernel.grad.copy()
    assert conv.backward(dout, input_gradient=False) is None
    np.testing.assert_allclose(conv.kernel.grad, 2 * once, rtol=1e-12)


def test_parameters_come_with_the_first_input():
    conv = tf.Conv2D(4, 3, rng=np.random.default_rng(0))
    assert conv.kernel is None
    assert conv.bias is None
    conv(np.ones((1, 4, 4, 2)))
    assert list(conv.state_dict()) == ["kernel", "bias"]
    kernel = conv.kernel
    conv.build((None, 8, 8, 2))
    assert conv.kernel is kernel
    assert tf.Conv2D(4, 3, use_bias=False).bias is None


def test_initial_parameters_are_kerass():
    conv = tf.Conv2D(64, (3, 5), groups=2, rng=np.random.default_rng(0))
    conv.build((1, 9, 9, 32))
    bound = np.sqrt(6 / (3 * 5 * 16 + 3 * 5 * 64))
    assert 0.99 * bound < np.abs(conv.kernel.data).max() <= bound * (1 + 1e-6)
    assert abs(conv.kernel.data.mean()) < 0.02 * bound
    assert not conv.bias.data.any()
    assert conv.kernel.data.dtype == conv.bias.data.dtype == "float32"


def test_the_packages_seed_counts_when_the_kernel_is_drawn():
    layers = [tf.Conv2D(2, 3), tf.Conv2D(2, 3)]
    for layer in layers:
        minidl.manual_seed(3)
        layer.build((1, 5, 5, 1))
    np.testing.assert_array_equal(layers[0].kernel.data, layers[1].kernel.data)


def test_inputs_and_gradients_take_the_dtype_of_the_kernel():
    for dtype in ("float32", "float64"):
        conv = tf.Conv2D(2, 3, dtype=dtype)
        for other in ("float32", "float64", "uint8"):
            out = conv(np.ones((1, 4, 4, 1), other))
            dx = conv.backward(np.ones(out.shape, other))
            assert out.dtype == dx.dtype == conv.kernel.grad.dtype == conv.bias.grad.dtype == dtype


def test_summary_of_a_built_net(capsys):
    conv = tf.Conv2D(4, 5, 2, "same")
    conv.build((None, 32, 32, 3))
    (row,) = nn.summary(nn.Sequential(conv), (32, 32, 3)).rows
    assert row.layer == "Conv2D(4, (5, 5), strides=(2, 2), padding='same')"
    assert (row.parameters, row.multiply_adds) == (304, 16 * 16 * 4 * 75)
    assert row.out_shape == (16, 16, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tf.Conv2D(0, 3), "Conv2D: filters must be at least 1, got 0"),
        (lambda: tf.Conv2D(1, (3, 0)), "Conv2D: kernel_size width must be at least 1, got 0"),
        (lambda: tf.Conv2D(1, 3, padding="smae"), "got 'smae'; did you mean 'SAME'?"),
        (lambda: tf.Conv2D(1, 3, dilation_rate=0), "Conv2D: dilation_rate must be at least 1"),
        (lambda: tf.Conv2D(1, 3, data_format="NCHW"), "data_format must be 'channels_last', got"),
        (
            lambda: tf.Conv2D(1, 3, activation="relu"),
            "activation must be None, got 'relu'; put a l",
        ),
        (lambda: tf.Conv2D(3, 3, groups=2), "Conv2D: groups 2 must divide filters 3"),
        (lambda: tf.Conv2D(1, 3, use_bias=None), "Conv2D: use_bias must be True or False"),
        (lambda: tf.Conv2D(1, 3, dtype="int8"), "Conv2D: dtype must be float32 or float64"),
        (lambda: tf.Conv2D(1, 3, backend="gpu"), "Conv2D: backend must be 'naive' or 'fast'"),
        (lambda: tf.Conv2D(1, 3, rng=0), "rng must be a numpy.random.Generator"),
        (lambda: tf.Conv2D(2, 3, groups=2).build((1, 5, 5, 3)), "groups 2 must divide the input's"),
        (lambda: tf.Conv2D(1, 3).build((5, 5, 3)), "input_shape must be (N, H, W, C), got (5, 5"),
        (lambda: tf.Conv2D(1, 3)(np.ones((5, 5, 1))), "Conv2D: x must be (N, H, W, C), got shape"),
        (lambda: tf.Conv2D(1, 7)(np.ones((1, 5, 5, 1))), "Conv2D: window height 7 exceeds the"),
    ],
)
def test_refusals(make, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        make()


def test_refusals_after_a_first_input():
    conv = tf.Conv2D(2, 3, groups=1)
    with pytest.raises(RuntimeError, match="Conv2D.backward needs a forward first"):
        conv.backward(np.ones((1, 3, 3, 2)))
    conv(np.ones((1, 5, 5, 3)))
    message = "the input has 4 channels (shape (1, 5, 5, 4)), and the layer was built for 3"
    with pytest.raises(ValueError, match=re.escape(message)):
        conv(np.ones((1, 5, 5, 4)))
    message = (
        "Conv2D: dout must have shape (1, 3, 3, 2) (that of the layer's output), got (1, 3, 3)"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        conv.backward(np.ones((1, 3, 3)))


def test_an_unbuilt_layer_does_not_slip_past_an_optimizer():
    """Its kernel would never be trained, and nobody would say so."""
    net = nn.Sequential(tf.Conv2D(2, 3), nn.Flatten(), nn.Linear(18, 2))
    for ask in (
        lambda: optim.SGD(net.parameters(), lr=0.1),
        net.state_dict,
        net.zero_grad,
    ):
        with pytest.raises(RuntimeError, match="Conv2D has no parameters before it is built: call"):
            ask()
    net(np.ones((1, 5, 5, 1)))
    assert list(net.state_dict()) == ["0.kernel", "0.bias", "2.weight", "2.bias"]


def test_a_first_call_that_fails_builds_nothing():
    conv = tf.Conv2D(2, 5)
    with pytest.raises(ValueError, match="window height 5 exceeds the padded input height 4"):
        conv(np.ones((1, 4, 4, 3)))
    assert conv.kernel is None
    assert conv(np.ones((1, 6, 6, 1))).shape == (1, 2, 2, 2)


def test_summary_counts_the_parameters_of_an_unbuilt_layer(capsys):
    net = nn.Sequential(tf.Conv2D(2, 3), nn.Flatten())
    assert nn.summary(net, (5, 5, 1)).parameters == 20
    capsys.readouterr()
