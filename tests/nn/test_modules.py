"""Modules: the worked step, both backends, caches, dtypes, names, and what is refused."""

import re

import numpy as np
import pytest
from worked_examples import SGD_STEP

import minidl
from minidl import nn, optim
from minidl.gradient_check import check_gradient
from minidl.twins import BACKENDS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@every_backend
def test_worked_step(backend):
    s = SGD_STEP
    conv = nn.Conv2d(1, 1, 2, bias=False, backend=backend, dtype="float64")
    conv.load_state_dict({"weight": s["w"]})
    net = nn.Sequential(conv, nn.Sum())
    criterion = nn.MSELoss(backend=backend)
    optimizer = optim.SGD(net.parameters(), lr=s["lr"])
    optimizer.zero_grad()
    total = net(s["x"])
    assert total.shape == ()
    assert criterion(total, s["target"]) == s["loss"]
    assert net.backward(criterion.backward()) is None
    np.testing.assert_allclose(conv.weight.grad, s["dw"], rtol=0, atol=1e-12)
    optimizer.step()
    np.testing.assert_allclose(conv.weight.data, s["w_after"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(net(s["x"]), s["sum_after"], rtol=1e-12)


def test_gradients_add_up_until_they_are_zeroed():
    s = SGD_STEP
    conv = nn.Conv2d(1, 1, 2, bias=False, dtype="float64")
    conv.load_state_dict({"weight": s["w"]})
    conv(s["x"])
    for _ in range(2):
        conv.backward(np.full((1, 1, 2, 2), 4.0))
    np.testing.assert_array_equal(conv.weight.grad, 2 * s["dw"])
    conv.zero_grad()
    assert conv.weight.grad is None
    conv.backward(np.full((1, 1, 2, 2), 4.0))
    np.testing.assert_array_equal(conv.weight.grad, s["dw"])


def test_gradients_are_not_shared_between_parameters_and_callers():
    class Bias(nn.Module):
        def __init__(self):
            self.b = nn.Parameter([0.0, 0.0])

        def forward(self, x):
            return x + self.b.data

        def backward(self, dout):
            self.b.accumulate(dout)
            return dout

    first, second = Bias(), Bias()
    second.b = first.b
    dout = np.ones(2)
    dx = first.backward(second.backward(dout))
    np.testing.assert_array_equal(dx, [1, 1])
    np.testing.assert_array_equal(dout, [1, 1])
    np.testing.assert_array_equal(first.b.grad, [2, 2])


def test_a_module_of_ones_own(rng):
    """Two passes and attributes are enough; a plain ``backward(dout)`` fits in any place."""

    class Double(nn.Module):
        def forward(self, x):
            return 2 * x

        def backward(self, dout):
            return 2 * dout

    class Residual(nn.Module):
        def __init__(self):
            self.inner = nn.Linear(3, 3, dtype="float64", rng=np.random.default_rng(0))
            self.scale = nn.Parameter(np.array([1.5]))

        def forward(self, x):
            self.hidden = self.inner(x)
            return x + self.scale.data * self.hidden

        def backward(self, dout):
            self.scale.accumulate(np.sum(dout * self.hidden, keepdims=True).reshape(1))
            return dout + self.inner.backward(self.scale.data * dout)

    net = nn.Sequential(Double(), Residual(), Double())
    assert list(net.state_dict()) == ["1.scale", "1.inner.weight", "1.inner.bias"]
    x = rng.standard_normal((4, 3))
    dout = rng.standard_normal((4, 3))
    net(x)
    dx = net.backward(dout, input_gradient=True)
    assert check_gradient(lambda _: np.sum(net(x) * dout), x, dx)
    for parameter in net.parameters():
        assert check_gradient(lambda _: np.sum(net(x) * dout), parameter.data, parameter.grad)


@pytest.mark.parametrize(
    "module",
    [nn.Conv2d(1, 1, 1), nn.Linear(1, 1), nn.ReLU(), nn.MaxPool2d(1), nn.Flatten(), nn.Sum()],
    ids=lambda module: type(module).__name__,
)
def test_backward_needs_a_forward(module):
    with pytest.raises(
        RuntimeError, match=f"{type(module).__name__}.backward needs a forward first"
    ):
        module.backward(np.ones((1, 1, 1, 1)))


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.CrossEntropyLoss()])
def test_loss_gradient_needs_a_loss(loss):
    with pytest.raises(RuntimeError, match="backward needs a loss first"):
        loss.backward()


def test_reductions(rng):
    scores, y = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    for loss, target, count in [(nn.MSELoss, y, 12), (nn.CrossEntropyLoss, [0, 2, 1, 1], 4)]:
        mean, total = loss(), loss(reduction="sum")
        np.testing.assert_allclose(total(scores, target), count * mean(scores, target), rtol=1e-12)
        np.testing.assert_allclose(total.backward(), count * mean.backward(), rtol=1e-12)
        with pytest.raises(ValueError, match="reduction must be 'mean' or 'sum', got 'none'"):
            loss(reduction="none")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Conv2d(0, 1, 1), ValueError, "Conv2d: in_channels must be at least 1, got 0"),
        (
            lambda: nn.Conv2d(1, 2.5, 1),
            TypeError,
            "Conv2d: out_channels must be an integer, got 2.5",
        ),
        (
            lambda: nn.Conv2d(1, 1, (3, 3, 3)),
            ValueError,
            "Conv2d: kernel_size must be an int or a pair",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, stride=0),
            ValueError,
            "Conv2d: stride must be at least 1, got 0",
        ),
        (
            lambda: nn.Conv2d(4, 6, 1, groups=4),
            ValueError,
            "Conv2d: groups 4 must divide in_channels 4",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, padding=-1),
            ValueError,
            "Conv2d: padding must be at least 0, got -1",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, padding="SAME"),
            ValueError,
            "Conv2d: padding must be an int, pairs",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, dtype="float16"),
            ValueError,
            "Conv2d: dtype must be float32 or",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, backend="gpu"),
            ValueError,
            "Conv2d: backend must be 'naive' or 'fast'",
        ),
        (
            lambda: nn.Conv2d(1, 1, 1, rng=0),
            TypeError,
            "rng must be a numpy.random.Generator, got int",
        ),
        (lambda: nn.Linear(3, 2, bias=[1.0]), TypeError, "Linear: bias must be True or False"),
        (lambda: nn.MSELoss(backend="gpu"), ValueError, "MSELoss: backend must be"),
        (lambda: nn.Parameter(["a"]), TypeError, "Parameter: data must hold real numbers"),
        (
            lambda: nn.Parameter([1.0]).accumulate([1.0, 2.0]),
            ValueError,
            "gradient must have shape",
        ),
        (lambda: nn.Sequential().nothing, AttributeError, "Sequential has no attribute or layer"),
        (lambda: nn.Linear(3, 0), ValueError, "Linear: out_features must be at least 1, got 0"),
        (lambda: nn.MaxPool2d(0), ValueError, "MaxPool2d: kernel_size must be at least 1, got 0"),
        (
            lambda: nn.Sequential(nn.ReLU),
            TypeError,
            "Sequential: layer 0 must be a Module, got type",
        ),
        (
            lambda: nn.Linear(2, 2)(np.ones((1, 2), complex)),
            TypeError,
            "Linear: x must hold real numbers",
        ),
        (lambda: nn.Sum().forward("abc"), TypeError, "Sum: x must hold real numbers"),
        (lambda: nn.Flatten()(3.0), ValueError, "Flatten: x must be (N, d1, ..., dk)"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


def test_sum_takes_one_number_back():
    total = nn.Sum()
    total(np.ones((2, 2)))
    with pytest.raises(ValueError, match=re.escape("Sum: dout must be one number, got shape (2,)")):
        total.backward([1.0, 2.0])


@every_backend
@pytest.mark.parametrize("n_images", [0, 1, 3])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_gradients(backend, n_images, bias, rng):
    """Its weight is the transpose of the layer function's, and so is the gradient of it."""
    linear = nn.Linear(6, 2, bias=bias, backend=backend, dtype="float64", rng=rng)
    x, dout = rng.standard_normal((n_images, 3, 2)), rng.standard_normal((n_images, 2))
    linear(x)
    dx = linear.backward(dout)
    np.testing.assert_allclose(dx.reshape(n_images, 6), dout @ linear.weight.data, atol=1e-14)
    rows = x.reshape(n_images, 6)
    np.testing.assert_allclose(linear.weight.grad, dout.T @ rows, atol=1e-14)
    for parameter in linear.parameters():
        assert parameter.grad.flags.c_contiguous
        assert parameter.grad.shape == parameter.shape
    if bias:
        np.testing.assert_allclose(linear.bias.grad, dout.sum(axis=0), atol=1e-14)


def test_gradients_that_are_kept_have_the_dtype_of_their_parameter():
    parameter = nn.Parameter(np.zeros(3, np.float32))
    given = np.ones(3)
    parameter.accumulate(given, fresh=True)
    assert parameter.grad.dtype == np.float32
    parameter.grad = None
    given = np.ones(3, np.float32)
    parameter.accumulate(given, fresh=True)
    assert np.shares_memory(parameter.grad, given)
    parameter.grad = None
    parameter.accumulate(given)
    assert not np.shares_memory(parameter.grad, given)


def test_flatten_takes_back_its_own_shape_only():
    flatten = nn.Flatten()
    flatten(np.ones((2, 3, 4)))
    assert flatten.backward(np.ones((2, 12))).shape == (2, 3, 4)
    for wrong in (np.ones((4, 6)), np.ones((2, 3, 4)), np.ones(5)):
        with pytest.raises(ValueError, match=re.escape("Flatten: dout must have shape (2, 12)")):
            flatten.backward(wrong)
    with pytest.raises(TypeError, match="Flatten: x must hold real numbers"):
        flatten(np.array([["a"]]))


def test_seed_repeats_the_weights():
    nets = []
    for _ in range(2):
        minidl.manual_seed(7)
        nets.append(nn.Linear(3, 4).weight.data)
    np.testing.assert_array_equal(*nets)
    assert not np.array_equal(nets[0], nn.Linear(3, 4).weight.data)


def test_seeds_have_64_bits():
    minidl.manual_seed(2**64 - 1)
    with pytest.raises(ValueError, match="seed must be at most 18446744073709551615"):
        minidl.manual_seed(2**64)


def test_initial_weights_are_uniform_with_pytorchs_bound():
    layer = nn.Conv2d(4, 50, 5, rng=np.random.default_rng(0))
    bound = 1 / np.sqrt(4 * 5 * 5)
    for values in (layer.weight.data, layer.bias.data):
        assert values.dtype == np.float32
        assert np.abs(values).max() <= bound
        assert np.abs(values).max() > 0.8 * bound
    assert abs(layer.weight.data.std() - bound / np.sqrt(3)) < 0.02 * bound
