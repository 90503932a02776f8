"""The three-layer convolutional net: shapes, gradients, dtypes."""

import inspect

import numpy as np
import pytest

from minidl import layers
from minidl.classifiers import ThreeLayerConvNet
from minidl.gradient_check import eval_numerical_gradient, rel_error


def small_net(**arguments):
    """Return the net of the course's gradient check, and its X and y."""
    np.random.seed(231)
    X, y = np.random.randn(2, 3, 8, 8), np.random.randint(10, size=2)
    net = ThreeLayerConvNet(
        **{
            "input_dim": (3, 8, 8),
            "num_filters": 3,
            "filter_size": 3,
            "hidden_dim": 7,
            "weight_scale": 1e-1,
            "dtype": np.float64,
            **arguments,
        }
    )
    return net, X, y


@pytest.mark.parametrize("reg", [0.0, 0.5])
def test_gradients(reg):
    net, X, y = small_net(reg=reg)
    _, grads = net.loss(X, y)
    assert list(grads) == list(net.params)
    for name, gradient in grads.items():
        numeric = eval_numerical_gradient(
            lambda _: net.loss(X, y)[0], net.params[name], verbose=False, h=1e-6
        )
        large = np.maximum(np.abs(numeric), np.abs(gradient)) > 1e-3
        np.testing.assert_allclose(numeric, gradient, atol=1e-8)
        assert rel_error(numeric[large], gradient[large]) < 1e-6


def test_scores_are_the_composition():
    net, X, _ = small_net()
    p = net.params
    out, _ = layers.conv_forward_naive(X, p["W1"], p["b1"], {"stride": 1, "pad": 1})
    out, _ = layers.relu_forward(out)
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    out, _ = layers.max_pool_forward_naive(out, pool_param)
    out, _ = layers.relu_forward(layers.affine_forward(out, p["W2"], p["b2"])[0])
    expected, _ = layers.affine_forward(out, p["W3"], p["b3"])
    np.testing.assert_allclose(net.loss(X), expected, rtol=1e-10)


def test_first_loss_is_that_of_guessing():
    """The course's own check: log(10), and a bit more with a penalty."""
    np.random.seed(0)
    net = ThreeLayerConvNet()
    X, y = np.random.randn(5, 3, 32, 32), np.random.randint(10, size=5)
    assert net.loss(X, y)[0] == pytest.approx(np.log(10), abs=1e-3)
    net.reg = 0.5
    penalty = sum(np.sum(net.params[f"W{k}"].astype(float) ** 2) for k in (1, 2, 3))
    assert net.loss(X, y)[0] == pytest.approx(np.log(10) + 0.25 * penalty, abs=1e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
def test_float32_training_stays_float32(dtype):
    """The course's net let float64 images through, and trained in float64 from then on."""
    net, X, y = small_net(dtype=np.float32)
    X = np.abs(100 * X).astype(dtype)
    _, grads = net.loss(X, y)
    assert {g.dtype.name for g in grads.values()} == {"float32"}
    assert net.loss(X).dtype == np.float32


@pytest.mark.parametrize(
    ("input_dim", "filter_size", "n_pooled"),
    [((3, 32, 32), 7, 256), ((1, 9, 6), 3, 12), ((2, 8, 8), 4, 9), ((1, 2, 2), 1, 1)],
)
def test_shapes(input_dim, filter_size, n_pooled):
    """Odd images lose a row to pooling; even filters lose one to the convolution."""
    net = ThreeLayerConvNet(input_dim, num_filters=2, filter_size=filter_size, hidden_dim=5)
    assert net.params["W1"].shape == (2, input_dim[0], filter_size, filter_size)
    assert net.params["W2"].shape == (2 * n_pooled, 5)
    assert net.params["W3"].shape == (5, 10)
    _, grads = net.loss(np.zeros((1, *input_dim)), np.array([3]))
    assert all(grads[name].shape == net.params[name].shape for name in net.params)


def test_weights_are_drawn_in_order():
    np.random.seed(9)
    net = ThreeLayerConvNet((1, 4, 4), 2, 3, 5, 6, weight_scale=0.1, dtype=np.float64)
    np.random.seed(9)
    for name, shape in [("W1", (2, 1, 3, 3)), ("W2", (8, 5)), ("W3", (5, 6))]:
        np.testing.assert_array_equal(net.params[name], 0.1 * np.random.randn(*shape))
    assert not any(net.params[f"b{k}"].any() for k in (1, 2, 3))


def test_the_course_s_signature():
    parameters = inspect.signature(ThreeLayerConvNet).parameters
    assert {name: p.default for name, p in parameters.items()} == {
        "input_dim": (3, 32, 32),
        "num_filters": 32,
        "filter_size": 7,
        "hidden_dim": 100,
        "num_classes": 10,
        "weight_scale": 1e-3,
        "reg": 0.0,
        "dtype": np.float32,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_dim": (3, 32)}, r"input_dim must be a shape \(C, H, W\)"),
        ({"input_dim": (1, 1, 1)}, "exceeds the padded input"),
        ({"filter_size": 0}, "filter_size must be at least 1"),
        ({"hidden_dim": 0}, "hidden_dim must be at least 1"),
        ({"dtype": int}, "dtype must be float32 or float64"),
    ],
)
def test_arguments_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ThreeLayerConvNet(**arguments)


def test_batches_that_are_refused():
    net, X, y = small_net()
    with pytest.raises(ValueError, match="label y.0. is 10, and 10 classes"):
        net.loss(X, y * 0 + 10)
    with pytest.raises(ValueError, match=r"x must be \(N, C, H, W\)"):
        net.loss(X[0])
