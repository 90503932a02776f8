"""First values: bounds and deviations from the formulas, moments of what is drawn."""

import math
import re

import numpy as np
import pytest

import minidl
from minidl import nn
from minidl.nn import Parameter, init

SHAPE = (300, 40, 5, 5)
FAN_IN, FAN_OUT = 40 * 25, 300 * 25
GAINS = [
    ("linear", None, 1),
    ("conv2d", None, 1),
    ("conv_transpose1d", None, 1),
    ("sigmoid", None, 1),
    ("tanh", None, 5 / 3),
    ("relu", None, 2**0.5),
    ("leaky_relu", None, (2 / 1.0001) ** 0.5),
    ("leaky_relu", 0.5, 1.6**0.5),
    ("selu", None, 0.75),
]


@pytest.mark.parametrize(("name", "param", "gain"), GAINS)
def test_gains(name, param, gain):
    assert init.calculate_gain(name, param) == pytest.approx(gain, rel=1e-15)


def test_a_slope_too_steep_to_be_squared_leaves_no_gain():
    assert init.calculate_gain("leaky_relu", 1e200) == 0


def test_init_is_found_in_nn():
    assert nn.init is init


@pytest.mark.parametrize(
    ("draw", "settings", "variance"),
    [
        (init.xavier_uniform_, {}, 2 / (FAN_IN + FAN_OUT)),
        (init.xavier_normal_, {"gain": 3.0}, 9 * 2 / (FAN_IN + FAN_OUT)),
        (init.kaiming_uniform_, {}, 2 / FAN_IN),
        (init.kaiming_uniform_, {"a": 5**0.5}, 1 / 3 / FAN_IN),
        (init.kaiming_normal_, {"mode": "fan_out", "nonlinearity": "relu"}, 2 / FAN_OUT),
        (init.kaiming_normal_, {"nonlinearity": "tanh"}, 25 / 9 / FAN_IN),
        (init.kaiming_uniform_, {"nonlinearity": "linear"}, 1 / FAN_IN),
        (init.uniform_, {"a": -3, "b": 5}, 64 / 12),
        (init.uniform_, {}, 1 / 12),
        (init.normal_, {"std": 0.5}, 0.25),
        (init.normal_, {}, 1),
    ],
)
def test_moments(draw, settings, variance, rng):
    weights = draw(np.zeros(SHAPE), **settings, rng=rng)
    n, std = weights.size, variance**0.5
    mean = (settings.get("a", 0) + settings.get("b", 1)) / 2 if draw is init.uniform_ else 0
    uniform = "uniform" in draw.__name__
    kurtosis = 1.8 if uniform else 3.0
    assert abs(weights.mean() - mean) < 4 * std / n**0.5
    spread = 4 * ((kurtosis - 1) / n) ** 0.5
    assert np.mean((weights - mean) ** 2) == pytest.approx(variance, rel=spread)
    assert np.mean((weights - mean) ** 4) == pytest.approx(kurtosis * variance**2, rel=0.05)
    if uniform:
        bound = 3**0.5 * std
        assert np.max(np.abs(weights - mean)) <= bound
        assert np.max(np.abs(weights - mean)) > 0.999 * bound


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_in_place_and_in_the_dtype_there_is(dtype, rng):
    parameter = Parameter(np.zeros((4, 3), dtype))
    data = parameter.data
    for fill in (init.xavier_uniform_, init.kaiming_normal_, init.uniform_, init.normal_):
        assert fill(parameter, rng=rng) is parameter
        assert parameter.data is data
        assert data.dtype == dtype
        assert len(np.unique(data)) == 12
    assert init.constant_(parameter, 2.5) is parameter
    assert np.all(data == 2.5)
    assert np.all(init.zeros_(parameter).data == 0)
    assert np.all(init.ones_(np.zeros((2, 2))[:, :1]) == 1)
    assert init.xavier_normal_(np.zeros((0, 3))).shape == (0, 3)
    assert init.kaiming_uniform_(np.zeros((3, 0))).shape == (3, 0)


def test_seeds_repeat():
    minidl.manual_seed(7)
    first = init.kaiming_uniform_(np.zeros((3, 2)))
    minidl.manual_seed(7)
    np.testing.assert_array_equal(init.kaiming_uniform_(np.zeros((3, 2))), first)
    given = init.kaiming_uniform_(np.zeros((3, 2)), rng=np.random.default_rng(7))
    np.testing.assert_array_equal(given, first)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: init.xavier_uniform_(np.ones(3)), ValueError, "got shape (3,); for a bias take"),
        (lambda: init.kaiming_normal_(np.ones(())), ValueError, "kaiming_normal_: fan_in and fan"),
        (lambda: init.ones_(np.ones(3, int)), TypeError, "must be an array of floats, got int64"),
        (lambda: init.zeros_([1.0]), TypeError, "constant_: tensor must be an array of floats"),
        (
            lambda: init.kaiming_uniform_(np.ones((2, 2)), mode="fanin"),
            ValueError,
            "kaiming_uniform_: mode must be 'fan_in' or 'fan_out', got 'fanin'; did you mean",
        ),
        (lambda: init.calculate_gain("rely"), ValueError, "'rely' is unknown; did you mean 'relu'"),
        (lambda: init.calculate_gain(["relu"]), ValueError, "nonlinearity ['relu'] is unknown"),
        (lambda: init.calculate_gain("xyz"), ValueError, "unknown; known are leaky_relu, linear"),
        (lambda: init.calculate_gain("leaky_relu", "a"), TypeError, "param must be a number"),
        (lambda: init.uniform_(np.ones(2), 2, 1), ValueError, "a must not exceed b, got a 2.0"),
        (lambda: init.uniform_(np.ones(2), -1e308, 1e308), ValueError, "b - a must be finite"),
        (lambda: init.normal_(np.ones(2), std=-1), ValueError, "normal_: std must be at least 0"),
        (lambda: init.xavier_normal_(np.ones((2, 2)), -1), ValueError, "gain must be at least 0"),
        (lambda: init.constant_(np.ones(2), math.nan), ValueError, "constant_: val must be finite"),
        (lambda: init.normal_(np.ones(2), rng=3), TypeError, "rng must be a numpy.random.Gener"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_read_only_arrays_are_refused():
    array = np.ones((2, 2))
    array.flags.writeable = False
    with pytest.raises(ValueError, match="uniform_: tensor is read-only, and this works in place"):
        init.uniform_(array)


@pytest.mark.parametrize("shape", [(4, 3), (6, 3, 5), (8, 3, 3, 2), (2, 3, 4, 5, 6)])
def test_fans_are_pytorchs(shape):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")
    their_fans = torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))
    assert init.fans("test", np.zeros(shape)) == their_fans


@pytest.mark.parametrize(("name", "param", "gain"), GAINS)
def test_gains_are_pytorchs(name, param, gain):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")
    assert init.calculate_gain(name, param) == torch.nn.init.calculate_gain(name, param)
