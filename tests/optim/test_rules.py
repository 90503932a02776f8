"""CS231n's update rules: its example's numbers, its dict, and what it does not check."""

import math
import re

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter

RULES = [optim.sgd, optim.sgd_momentum, optim.nesterov_momentum, optim.rmsprop, optim.adam]
STATE = {
    optim.sgd_momentum: ("velocity",),
    optim.nesterov_momentum: ("velocity",),
    optim.rmsprop: ("cache",),
    optim.adam: ("m", "v"),
}
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
with_state = pytest.mark.parametrize("rule", STATE, ids=lambda rule: rule.__name__)


def course_example():
    """Weights and gradient as in the course's notebook: 4 x 5 numbers at equal distances."""
    return (
        np.linspace(-0.4, 0.6, num=20).reshape(4, 5),
        np.linspace(-0.6, 0.4, num=20).reshape(4, 5),
    )


def test_sgd_rule_works_in_place():
    w, dw = np.array([1.0, 2.0]), np.array([10.0, -10.0])
    next_w, config = optim.sgd(w, dw)
    assert next_w is w
    np.testing.assert_allclose(w, [0.9, 2.1], rtol=1e-15)
    assert config == {"learning_rate": 1e-2}
    optim.sgd(w, dw, {"learning_rate": 0.1})
    np.testing.assert_allclose(w, [-0.1, 3.1], rtol=1e-14)


def test_sgd_momentum_on_the_courses_example():
    """The course's notebook: these inputs, and results that are worked out in its text."""
    w, dw = course_example()
    v = np.linspace(0.6, 0.9, num=20).reshape(4, 5)
    config = {"learning_rate": 1e-3, "velocity": v}
    kept = w.copy()
    next_w, returned = optim.sgd_momentum(w, dw, config=config)
    assert returned is config
    np.testing.assert_array_equal(w, kept)
    np.testing.assert_allclose(config["velocity"], 0.9 * v - 1e-3 * dw, rtol=1e-15)
    np.testing.assert_allclose(next_w, kept + 0.9 * v - 1e-3 * dw, rtol=1e-15)
    assert next_w[0, 0] == pytest.approx(0.1406)
    assert next_w[-1, -1] == pytest.approx(1.4096)


def test_sgd_momentum_starts_at_rest():
    w, config = optim.sgd_momentum(np.zeros(1), np.ones(1))
    assert (w[0], config["velocity"][0], config["momentum"]) == (-0.01, -0.01, 0.9)
    w, config = optim.sgd_momentum(w, np.ones(1), config)
    np.testing.assert_allclose(config["velocity"], [-0.019], rtol=1e-15)


@every_rule
def test_rules_keep_the_dtype_of_the_weights(rule):
    w, config = rule(np.ones(3, np.float32), np.ones(3))
    w, config = rule(w, np.ones(3), config)
    assert w.dtype == np.float32


@every_rule
def test_rules_do_not_broadcast(rule):
    with pytest.raises(
        ValueError, match=re.escape("dw must have shape (3,) (that of w), got (1,)")
    ):
        rule(np.ones(3), np.ones(1))


@every_rule
def test_rules_refuse_what_would_be_cut_off(rule):
    with pytest.raises(TypeError, match="w must be an array of floats, got int64"):
        rule(np.ones(3, int), np.ones(3))
    with pytest.raises(TypeError, match="dw must hold real numbers, got dtype complex128"):
        rule(np.ones(3), 1j * np.ones(3))
    with pytest.raises(TypeError, match="config must be a dict, got list"):
        rule(np.ones(3), np.ones(3), [1])


def test_velocity_must_fit():
    with pytest.raises(ValueError, match=re.escape("velocity must have shape (2,) (that of w)")):
        optim.sgd_momentum(np.ones(2), np.ones(2), {"velocity": np.ones((3, 2))})


def by_hand(formula, *arrays):
    """Apply a formula on Python's floats to each element."""
    out = [formula(*map(float, numbers)) for numbers in zip(*map(np.ravel, arrays), strict=True)]
    return np.array(out).reshape(4, 5)


def test_nesterov_momentum_on_the_courses_example():
    w, dw = course_example()
    v = np.linspace(0.6, 0.9, num=20).reshape(4, 5)
    config = {"learning_rate": 1e-3, "velocity": v}
    next_w, returned = optim.nesterov_momentum(w, dw, config=config)
    assert returned is config
    new_v = by_hand(lambda v, dw: 0.9 * v - 0.001 * dw, v, dw)
    np.testing.assert_allclose(config["velocity"], new_v, rtol=1e-13)
    looked_ahead = by_hand(lambda w, v, new: w - 0.9 * v + 1.9 * new, w, v, new_v)
    np.testing.assert_allclose(next_w, looked_ahead, rtol=1e-13)
    assert next_w[0, 0] == pytest.approx(-0.4 - 0.54 + 1.9 * 0.5406, rel=1e-12)


def test_nesterov_momentum_is_a_look_ahead():
    """With x = w - momentum * v, it is: v from the gradient at the looked-ahead w, then x + v."""
    w, config = np.array([0.5, -2.0]), {"learning_rate": 0.1, "momentum": 0.8}
    x, v = w.copy(), np.zeros(2)
    for _ in range(5):
        ahead = x + 0.8 * v
        np.testing.assert_allclose(w, ahead, rtol=1e-13)
        w, config = optim.nesterov_momentum(w, 2 * w, config)
        v = 0.8 * v - 0.1 * 2 * ahead
        x = x + v


def test_rmsprop_on_the_courses_example():
    w, dw = course_example()
    cache = np.linspace(0.6, 0.9, num=20).reshape(4, 5)
    config = {"learning_rate": 1e-2, "cache": cache}
    next_w, returned = optim.rmsprop(w, dw, config=config)
    assert returned is config
    new = by_hand(lambda c, g: 0.99 * c + 0.01 * g * g, cache, dw)
    np.testing.assert_allclose(config["cache"], new, rtol=1e-13)
    expected = by_hand(lambda w, g, c: w - 0.01 * g / (math.sqrt(c) + 1e-8), w, dw, new)
    np.testing.assert_allclose(next_w, expected, rtol=1e-13)
    assert config["cache"][0, 0] == pytest.approx(0.594 + 0.0036)
    assert next_w[0, 0] == pytest.approx(-0.4 + 0.006 / 0.5976**0.5)
    assert next_w[-1, -1] == pytest.approx(0.6 - 0.004 / 0.8926**0.5)


def test_adam_on_the_courses_example():
    """``t`` is 5 before the call and 6 in it; with 5 the notebook's numbers do not come out."""
    w, dw = course_example()
    m = np.linspace(0.6, 0.9, num=20).reshape(4, 5)
    v = np.linspace(0.7, 0.5, num=20).reshape(4, 5)
    config = {"learning_rate": 1e-2, "m": m, "v": v, "t": 5}
    next_w, returned = optim.adam(w, dw, config=config)
    assert returned is config
    assert config["t"] == 6
    new_m = by_hand(lambda m, g: 0.9 * m + 0.1 * g, m, dw)
    new_v = by_hand(lambda v, g: 0.999 * v + 0.001 * g * g, v, dw)
    np.testing.assert_allclose(config["m"], new_m, rtol=1e-12)
    np.testing.assert_allclose(config["v"], new_v, rtol=1e-12)

    def moved(w, m, v):
        return w - 0.01 * (m / (1 - 0.9**6)) / (math.sqrt(v / (1 - 0.999**6)) + 1e-8)

    np.testing.assert_allclose(next_w, by_hand(moved, w, new_m, new_v), rtol=1e-12)
    assert config["m"][0, 0] == pytest.approx(0.48)
    assert config["v"][0, 0] == pytest.approx(0.69966)
    m_hat, v_hat = 0.48 / 0.468559, 0.69966 / 0.005985019985
    assert next_w[0, 0] == pytest.approx(-0.4 - 0.01 * m_hat / v_hat**0.5, rel=1e-9)


def test_defaults_are_the_courses():
    defaults = {
        optim.sgd: {"learning_rate": 1e-2},
        optim.sgd_momentum: {"learning_rate": 1e-2, "momentum": 0.9},
        optim.nesterov_momentum: {"learning_rate": 1e-2, "momentum": 0.9},
        optim.rmsprop: {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
        optim.adam: {
            **{"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999},
            **{"epsilon": 1e-8, "t": 1},
        },
    }
    for rule, expected in defaults.items():
        _, config = rule(np.ones(2), np.ones(2))
        assert {k: v for k, v in config.items() if k not in STATE.get(rule, ())} == expected


def test_adam_equals_the_optimizer():
    rng = np.random.default_rng(0)
    w, config = np.ones(3), {"learning_rate": 0.1}
    parameter = Parameter(w)
    optimizer = optim.Adam([parameter], lr=0.1)
    for _ in range(10):
        parameter.grad = rng.standard_normal(3)
        w, config = optim.adam(w, parameter.grad, config)
        optimizer.step()
        np.testing.assert_allclose(w, parameter.data, rtol=1e-12)


@with_state
def test_inputs_are_not_written_to(rule):
    arrays = {key: np.full(3, 0.5) for key in STATE[rule]}
    w, dw = np.ones(3), np.ones(3)
    for array in (w, dw, *arrays.values()):
        array.flags.writeable = False
    config = dict(arrays)
    next_w, _ = rule(w, dw, config)
    assert next_w is not w
    assert not np.shares_memory(next_w, w)
    for key, array in arrays.items():
        assert config[key] is not array


@with_state
def test_the_state_takes_the_dtype_of_the_weights(rule):
    config = {key: np.full(3, 0.5) for key in STATE[rule]} | {"learning_rate": np.float64(0.1)}
    w, config = rule(np.ones(3, np.float32), np.ones(3), config)
    assert w.dtype == np.float32
    for key in STATE[rule]:
        assert config[key].dtype == np.float32


@with_state
def test_any_layout(rule, rng):
    w, dw = rng.standard_normal((2, 4, 6))
    expected, _ = rule(w, dw)
    turned = [np.asfortranarray(w), np.asfortranarray(dw)]
    np.testing.assert_array_equal(rule(*turned)[0], expected)
    np.testing.assert_array_equal(rule(w[::-1], dw[::-1])[0], expected[::-1])
    assert rule(np.ones((0, 3)), np.ones((0, 3)))[0].shape == (0, 3)


@pytest.mark.parametrize(
    ("rule", "config", "error", "message"),
    [
        (optim.sgd, {"learning_rate": -1}, ValueError, "sgd: learning_rate must be at least 0"),
        (optim.sgd, {"learning_rate": "1"}, TypeError, "sgd: learning_rate must be a number"),
        (optim.sgd_momentum, {"momentum": -1}, ValueError, "sgd_momentum: momentum must be at"),
        (optim.nesterov_momentum, {"momentum": None}, TypeError, "momentum must be a number, got"),
        (optim.rmsprop, {"decay_rate": 1.1}, ValueError, "rmsprop: decay_rate must be from 0 to 1"),
        (optim.rmsprop, {"epsilon": -1}, ValueError, "rmsprop: epsilon must be at least 0"),
        (optim.rmsprop, {"cache": np.ones(3)}, ValueError, "rmsprop: cache must have shape (2,)"),
        (optim.adam, {"beta1": 1.0}, ValueError, "adam: beta1 must be at least 0 and below 1"),
        (optim.adam, {"beta2": -0.1}, ValueError, "adam: beta2 must be at least 0 and below 1"),
        (optim.adam, {"t": -1}, ValueError, "adam: t must be at least 0, got -1"),
        (optim.adam, {"t": 0.5}, TypeError, "adam: t must be an integer, got 0.5"),
        (optim.adam, {"m": np.ones((2, 1))}, ValueError, "adam: m must have shape (2,)"),
        (optim.adam, {"v": np.ones(2, complex)}, TypeError, "adam: v must hold real numbers"),
    ],
)
def test_configs_that_do_not_fit(rule, config, error, message):
    with pytest.raises(error, match=re.escape(message)):
        rule(np.ones(2), np.ones(2), config)


def test_sgd_says_that_it_works_in_place():
    w = np.ones(2)
    w.flags.writeable = False
    with pytest.raises(ValueError, match=re.escape("works in place; pass w.copy()")):
        optim.sgd(w, np.ones(2))
