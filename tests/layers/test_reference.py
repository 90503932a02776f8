"""Equal twins can be equally wrong: the definitions against numbers worked out by hand."""

import numpy as np
import pytest
from worked_examples import FILTER_GRADIENT, FORWARD, INPUT_GRADIENT, SGD_STEP, X, image

from minidl import fast_layers, layers
from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def exact(actual, expected):
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


@every_backend
@pytest.mark.parametrize(("x", "w", "param", "out"), FORWARD)
def test_convolution(backend, x, w, param, out):
    forward, _ = TWINS["conv"].implementation(backend)
    exact(forward(x, image(w), np.zeros(1), {"stride": 1, **param})[0], image(out))


@every_backend
def test_convolution_adds_up_channels_and_bias(backend):
    forward, _ = TWINS["conv"].implementation(backend)
    x = np.stack([X[0, 0], 10 * X[0, 0]])[None]
    w = np.array([[[[1.0]], [[2.0]]], [[[0.0]], [[-1.0]]]])
    out, _ = forward(x, w, np.array([0, 128]), {"stride": 2, "pad": 0})
    exact(out, np.array([[[[21.0, 63], [147, 189]], [[118, 98], [58, 38]]]]))


@every_backend
@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_input_gradient(backend, pad, w, dout, dx):
    forward, backward = TWINS["conv"].implementation(backend)
    _, cache = forward(X, image(w), None, {"stride": 1, "pad": pad})
    exact(backward(image(dout), cache)[0], image(dx))


@every_backend
@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_input_gradient_alone(backend, pad, w, dout, dx):
    (input_gradient,) = TWINS["conv_input_gradient"].implementation(backend)
    param = {"stride": 1, "pad": pad}
    exact(input_gradient(image(dout), image(w), X.shape, param), image(dx))


@every_backend
@pytest.mark.parametrize(("pad", "dout", "dw"), FILTER_GRADIENT)
def test_filter_gradient_alone(backend, pad, dout, dw):
    (filter_gradient,) = TWINS["conv_filter_gradient"].implementation(backend)
    param = {"stride": 1, "pad": pad}
    exact(filter_gradient(image(dout), X, (1, 1, 2, 2), param), image(dw))


@every_backend
def test_gradients_alone_of_an_image_with_rows_left_over(backend):
    """Stride 2 leaves the last column over; only its shape says that it is there."""
    (input_gradient,) = TWINS["conv_input_gradient"].implementation(backend)
    dout, w = image([[1, 10]]), image([[2, 3]])
    param = {"stride": 2, "pad": 0}
    exact(input_gradient(dout, w, (1, 1, 1, 4), param), image([[2, 3, 20, 30]]))
    exact(input_gradient(dout, w, (1, 1, 1, 5), param), image([[2, 3, 20, 30, 0]]))
    (filter_gradient,) = TWINS["conv_filter_gradient"].implementation(backend)
    x = image([[1, 2, 3, 4, 5]])
    exact(filter_gradient(dout, x, (1, 1, 1, 2), param), image([[31, 42]]))
    exact(filter_gradient(dout, x, (1, 1, 1, 3), param), image([[31, 42, 53]]))


@every_backend
@pytest.mark.parametrize(("pad", "dout", "dw"), FILTER_GRADIENT)
def test_filter_gradient(backend, pad, dout, dw):
    forward, backward = TWINS["conv"].implementation(backend)
    _, cache = forward(X, np.ones((1, 1, 2, 2)), np.zeros(1), {"stride": 1, "pad": pad})
    _, actual, db = backward(image(dout), cache)
    exact(actual, image(dw))
    exact(db, np.array([np.sum(np.array(dout, dtype=float))]))


@every_backend
def test_worked_step(backend):
    """The step from [[3, 2], [1, 5]] to [[2.52, 1.36], [0.04, 3.88]], number by number."""
    s = SGD_STEP
    forward, backward = TWINS["conv"].implementation(backend)
    (mse,) = TWINS["mse_loss"].implementation(backend)
    param = {"stride": 1, "pad": 0}
    out, cache = forward(s["x"], s["w"], None, param)
    exact(out, s["conv"])
    loss, dsum = mse(out.sum(), s["target"])
    assert (out.sum(), loss, float(dsum)) == (s["sum"], s["loss"], 4.0)
    _, dw, db = backward(np.full_like(out, dsum), cache)
    assert db is None
    exact(dw, s["dw"])
    w = s["w"] - s["lr"] * dw
    exact(w, s["w_after"])
    out, _ = forward(s["x"], w, None, param)
    np.testing.assert_allclose(out.sum(), s["sum_after"], rtol=1e-12)
    np.testing.assert_allclose(mse(out.sum(), s["target"])[0], s["loss_after"], rtol=1e-12)


@every_backend
def test_without_input_gradient(backend):
    forward, backward = TWINS["conv"].implementation(backend)
    out, cache = forward(X, np.ones((1, 1, 2, 2)), np.ones(1), {"stride": 1, "pad": 0})
    dx, dw, db = backward(out, cache, input_gradient=False)
    assert dx is None
    for actual, expected in zip((dw, db), backward(out, cache)[1:], strict=True):
        exact(actual, expected)


@every_backend
def test_affine(backend):
    forward, backward = TWINS["affine"].implementation(backend)
    x = np.array([[[1.0, 2], [3, 4]]])
    w = np.array([[1.0, 0], [0, 1], [1, 0], [0, -1]])
    out, cache = forward(x, w, np.array([10.0, 20]))
    exact(out, np.array([[14.0, 18]]))
    dx, dw, db = backward(np.array([[1.0, 2]]), cache)
    exact(dx, np.array([[[1.0, 2], [1, -2]]]))
    exact(dw, np.array([[1.0, 2], [2, 4], [3, 6], [4, 8]]))
    exact(db, np.array([1.0, 2]))
    assert backward(out, cache, input_gradient=False)[0] is None


@every_backend
def test_relu(backend):
    forward, backward = TWINS["relu"].implementation(backend)
    x = np.array([-2.0, -0.0, 0.0, 3.0, np.inf, -np.inf, np.nan])
    out, cache = forward(x)
    exact(out, np.array([0.0, 0, 0, 3, np.inf, 0, np.nan]))
    dx = backward(np.array([1.0, 2, 3, 4, 5, np.inf, 7]), cache)
    exact(dx, np.array([0.0, 0, 0, 4, 5, 0, 0]))


@every_backend
def test_softmax_loss(backend):
    (softmax_loss,) = TWINS["softmax_loss"].implementation(backend)
    loss, dscores = softmax_loss(np.log([[1.0, 2, 1], [1, 1, 2]]), np.array([1, 0]))
    np.testing.assert_allclose(loss, (np.log(2) + np.log(4)) / 2, rtol=1e-15)
    exact(dscores, np.array([[0.25, -0.5, 0.25], [-0.75, 0.25, 0.5]]) / 2)
    loss, dscores = softmax_loss(np.array([[1e300, -1e300]]), [0])  # overflows nowhere
    assert loss == 0
    exact(dscores, np.zeros((1, 2)))


@every_backend
def test_svm_loss(backend):
    (svm_loss,) = TWINS["svm_loss"].implementation(backend)
    loss, dscores = svm_loss(np.array([[3.0, 2.5, 1.0], [0.0, 1.0, 5.0]]), np.array([0, 1]))
    assert loss == (0.5 + 5.0) / 2  # the first row's last margin is -1, the second's first is 0
    exact(dscores, np.array([[-1.0, 1, 0], [0, -1, 1]]) / 2)


@every_backend
def test_mse_loss(backend):
    (mse_loss,) = TWINS["mse_loss"].implementation(backend)
    loss, dscores = mse_loss(np.array([[1.0, 2]]), np.array([[0.0, 5]]))
    assert loss == 5
    exact(dscores, np.array([[1.0, -3]]))
    loss, _ = mse_loss(np.full(100, 1e19, np.float32), np.zeros(100, np.float32))
    assert loss == pytest.approx(1e38, rel=1e-6)  # no sum overflows on the way


@every_backend
@pytest.mark.parametrize("name", ["mse_loss", "softmax_loss", "svm_loss"])
def test_loss_of_an_empty_batch(backend, name):
    (loss_function,) = TWINS[name].implementation(backend)
    y = np.zeros((0, 3)) if name == "mse_loss" else np.zeros(0, int)
    loss, dscores = loss_function(np.zeros((0, 3)), y)
    assert loss == 0
    assert dscores.shape == (0, 3)


def test_fast_names_are_found_beside_the_definitions():
    for name in fast_layers.__all__:
        assert getattr(layers, name) is getattr(fast_layers, name)
    for name in ("conv_forward_quick", "nothing_fast"):
        with pytest.raises(AttributeError, match=name):
            getattr(layers, name)
