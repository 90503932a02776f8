"""Normalisations and dropout as modules: modes, dtypes, buffers, summaries, refusals."""

import re

import numpy as np
import pytest

import minidl
from minidl import nn
from minidl.gradient_check import check_gradient

MODULES = [
    (nn.BatchNorm1d, (4,), (5, 4)),
    (nn.BatchNorm1d, (4,), (3, 4, 2)),
    (nn.BatchNorm2d, (4,), (2, 4, 3, 2)),
    (nn.LayerNorm, ((2, 3),), (5, 4, 2, 3)),
    (nn.GroupNorm, (2, 4), (3, 4, 5)),
]
every_module = pytest.mark.parametrize(("kind", "arguments", "shape"), MODULES)


@every_module
@pytest.mark.parametrize("training", [True, False])
def test_gradients_in_either_mode(kind, arguments, shape, training, rng):
    net = kind(*arguments, dtype="float64").train(training)
    for parameter in net.parameters():
        parameter.data[...] = rng.standard_normal(parameter.shape)
    x, dout = rng.standard_normal((2, *shape))
    net(x)
    dx = net.backward(dout)
    for array, gradient in [(x, dx), *((p.data, p.grad) for p in net.parameters())]:
        assert check_gradient(lambda _: np.sum(net(x) * dout), array, gradient)


@every_module
def test_the_dtype_is_the_modules_own(kind, arguments, shape, rng):
    for dtype in ("float32", "float64"):
        net = kind(*arguments, dtype=dtype)
        assert net(rng.integers(0, 9, shape)).dtype == dtype
        assert net.backward(rng.standard_normal(shape)).dtype == dtype
        assert all(p.data.dtype == p.grad.dtype == dtype for p in net.parameters())


@every_module
def test_an_empty_batch_moves_nothing(kind, arguments, shape):
    net = kind(*arguments)
    before = net.state_dict()
    assert net(np.zeros((0, *shape[1:]))).shape == (0, *shape[1:])
    assert net.backward(np.zeros((0, *shape[1:]))).shape == (0, *shape[1:])
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])


def test_running_statistics_by_hand():
    net = nn.BatchNorm1d(1, momentum=0.5, dtype="float64")
    net(np.array([[1.0], [3], [5]]))  # mean 3, unbiased variance 4
    assert (net.running_mean, net.running_var, net.num_batches_tracked) == (1.5, 2.5, 1)
    net.eval()(np.array([[9.0]]))
    assert (net.running_mean, net.running_var, net.num_batches_tracked) == (1.5, 2.5, 1)
    average = nn.BatchNorm1d(1, momentum=None, dtype="float64")
    for shift in (0, 2, 7):
        average(np.array([[1.0], [3], [5]]) + shift)
    np.testing.assert_allclose([average.running_mean[0], average.running_var[0]], [6, 4])


def test_a_net_in_evaluation_treats_every_image_alone(rng):
    net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(0.3))
    x = rng.standard_normal((6, 1, 5, 5))
    net(x)
    net.eval()
    np.testing.assert_allclose(net(x)[2:3], net(x[2:3]), rtol=1e-6)


def test_buffers_are_state_and_not_parameters():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    buffers = ["1.running_mean", "1.running_var", "1.num_batches_tracked"]
    assert [name for name, _ in net.named_buffers()] == buffers
    assert len(list(net.buffers())) == 3
    parameters = ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert [name for name, _ in net.named_parameters()] == parameters
    assert list(net.state_dict()) == parameters + buffers
    state = net.state_dict()
    state["1.running_mean"][:] = 7
    assert not net[1].running_mean.any()
    held = net[1].running_mean
    net.load_state_dict(state)
    assert net[1].running_mean is held
    assert (held == 7).all()
    assert not list(nn.BatchNorm2d(3, track_running_stats=False).buffers())


@pytest.mark.parametrize("key", ["1.running_var", "1.num_batches_tracked"])
def test_a_buffer_that_does_not_fit_stops_everything(key):
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = net.state_dict()
    state = {name: value + 1 for name, value in before.items()}
    for change in (lambda: state.update({key: np.ones((2, 2))}), lambda: state.pop(key)):
        change()
        with pytest.raises(ValueError, match="nothing was loaded: .*" + re.escape(repr(key))):
            net.load_state_dict(state)
        for name, value in net.state_dict().items():
            np.testing.assert_array_equal(value, before[name])


def test_a_buffer_of_ones_own():
    class Counting(nn.Module):
        def __init__(self):
            self.register_buffer("count", np.zeros(2))
            self.register_buffer("later", None)

    module = Counting()
    assert list(module.state_dict()) == ["count"]
    module.later = np.ones(1)
    assert list(module.state_dict()) == ["count", "later"]
    for name in ("count", "train", "a.b", "", 3):
        with pytest.raises(ValueError, match="register_buffer: name must be text"):
            module.register_buffer(name, np.zeros(1))
    with pytest.raises(TypeError, match="register_buffer: words must hold real numbers"):
        module.register_buffer("words", ["a"])


def test_summary_counts_parameters_and_leaves_everything_as_it_was(capsys, rng):
    net = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(), nn.LayerNorm(3))
    net(rng.standard_normal((5, 4)))
    before, rng_state = net.state_dict(), minidl.randomness.default_rng().bit_generator.state
    result = nn.summary(net, (4,))
    assert [row.parameters for row in result.rows] == [15, 6, 0, 6]
    assert net.training
    assert all(layer.training for layer in net)
    assert minidl.randomness.default_rng().bit_generator.state == rng_state
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])
    net.backward(np.ones((5, 3)))
    assert "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True" in capsys.readouterr().out


def test_dropout_drops_with_probability_p_and_repeats_with_a_seed():
    x = np.ones((100, 100), np.float32)
    masks = []
    for _ in range(2):
        minidl.manual_seed(3)
        net = nn.Dropout(0.2)
        masks.append(net(x))
        assert abs(np.mean(masks[-1] == 0) - 0.2) < 0.02
        np.testing.assert_array_equal(net.backward(x), masks[-1])
        np.testing.assert_array_equal(net.eval()(x), x)
        np.testing.assert_array_equal(net.backward(x), x)
    np.testing.assert_array_equal(*masks)
    own = [nn.Dropout(rng=np.random.default_rng(1), backend=b) for b in ("naive", "fast")]
    np.testing.assert_array_equal(own[0](x[:9]), own[1](x[:9]))
    assert repr(own[0]) == "Dropout(p=0.5)"


def test_reprs():
    assert repr(nn.LayerNorm(4, bias=False)) == (
        "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=False)"
    )
    assert repr(nn.GroupNorm(2, 4)) == "GroupNorm(2, 4, eps=1e-05, affine=True)"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.BatchNorm1d(0), ValueError, "BatchNorm1d: num_features must be at least 1"),
        (lambda: nn.BatchNorm2d(2, eps=0), ValueError, "BatchNorm2d: eps must be above 0"),
        (lambda: nn.BatchNorm2d(2, momentum=2), ValueError, "momentum must be from 0 to 1, got 2"),
        (lambda: nn.BatchNorm2d(2, affine=1), TypeError, "BatchNorm2d: affine must be True or"),
        (lambda: nn.BatchNorm1d(2)(np.zeros((3, 4))), ValueError, "BatchNorm1d: x must have 2 ch"),
        (lambda: nn.BatchNorm1d(2)(np.zeros(3)), ValueError, "BatchNorm1d: x must be (N, C)"),
        (
            lambda: nn.BatchNorm2d(2)(np.zeros((3, 2))),
            ValueError,
            "BatchNorm2d: x must be (N, C, H",
        ),
        (lambda: nn.LayerNorm(()), ValueError, "LayerNorm: normalized_shape must have at least"),
        (lambda: nn.LayerNorm(2.5), TypeError, "normalized_shape must be an integer, got 2.5"),
        (
            lambda: nn.LayerNorm((2, 3))(np.zeros((2, 2))),
            ValueError,
            "LayerNorm: the last axes of x must be (2, 3), got shape (2, 2)",
        ),
        (lambda: nn.LayerNorm((2, 3))(np.zeros(3)), ValueError, "must be (2, 3), got shape (3,)"),
        (lambda: nn.GroupNorm(3, 4), ValueError, "num_groups 3 must divide num_channels 4"),
        (lambda: nn.GroupNorm(2, 4)(np.zeros((2, 3))), ValueError, "GroupNorm: x must be (N, 4"),
        (lambda: nn.Dropout(1.5), ValueError, "Dropout: p, the probability to drop, must be from"),
        (lambda: nn.Dropout(rng=3), TypeError, "rng must be a numpy.random.Generator, got int"),
        (lambda: nn.Dropout(backend="gpu"), ValueError, "Dropout: backend must be 'naive' or"),
        (lambda: nn.LayerNorm(2).backward(1), RuntimeError, "LayerNorm.backward needs a forward"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


def test_dout_must_fit():
    net = nn.BatchNorm1d(2)
    net(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=re.escape("BatchNorm1d: dout must have shape (3, 2)")):
        net.backward(np.zeros((2, 3)))
