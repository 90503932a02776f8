"""Update rules and optimizers against arithmetic written out."""

import re

import numpy as np
import pytest

from minidl import nn, optim
from minidl.nn import Parameter


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
    n, d = 4, 5
    w = np.linspace(-0.4, 0.6, num=n * d).reshape(n, d)
    dw = np.linspace(-0.6, 0.4, num=n * d).reshape(n, d)
    v = np.linspace(0.6, 0.9, num=n * d).reshape(n, d)
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


@pytest.mark.parametrize("rule", [optim.sgd, optim.sgd_momentum])
def test_rules_keep_the_dtype_of_the_weights(rule):
    w, config = rule(np.ones(3, np.float32), np.ones(3))
    w, config = rule(w, np.ones(3), config)
    assert w.dtype == np.float32


@pytest.mark.parametrize("rule", [optim.sgd, optim.sgd_momentum])
def test_rules_do_not_broadcast(rule):
    with pytest.raises(
        ValueError, match=re.escape("dw must have shape (3,) (that of w), got (1,)")
    ):
        rule(np.ones(3), np.ones(1))


def after_steps(gradients, **arguments):
    parameter = Parameter(np.array([1.0]))
    optimizer = optim.SGD([parameter], **arguments)
    for gradient in gradients:
        optimizer.zero_grad()
        parameter.accumulate(np.array([gradient]))
        optimizer.step()
    return parameter.data[0]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"lr": 0.1}, 1 - 0.1 - 0.2),
        ({"lr": 0.1, "momentum": 0.5}, 1 - 0.1 - 0.1 * (0.5 + 2)),
        ({"lr": 0.1, "momentum": 0.5, "dampening": 0.5}, 1 - 0.1 - 0.1 * (0.5 + 1)),
        (
            {"lr": 0.1, "momentum": 0.5, "nesterov": True},
            1 - 0.1 * (1 + 0.5) - 0.1 * (2 + 0.5 * (0.5 + 2)),
        ),
        ({"lr": 0.1, "weight_decay": 1.0}, (1 - 0.1 * 2) - 0.1 * (2 + 0.8)),
    ],
)
def test_two_steps_by_hand(arguments, expected):
    assert after_steps([1.0, 2.0], **arguments) == pytest.approx(expected, rel=1e-14)


def test_step_does_not_write_into_gradients_or_skip_dtype():
    parameter = Parameter(np.ones(2, np.float32))
    optimizer = optim.SGD([parameter], lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)
    for _ in range(3):
        parameter.grad = np.full(2, 2.0, np.float32)
        optimizer.step()
        np.testing.assert_array_equal(parameter.grad, [2.0, 2.0])
    assert parameter.data.dtype == np.float32


def test_parameters_without_gradient_stay():
    moved, still = Parameter(np.ones(1)), Parameter(np.ones(1))
    optimizer = optim.SGD((p for p in (moved, still)), lr=1.0, weight_decay=0.1, momentum=0.9)
    moved.accumulate(np.ones(1))
    optimizer.step()
    assert moved.data[0] != 1
    assert still.data[0] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"params": []}, ValueError, "SGD: there are no parameters to train"),
        ({"params": Parameter(np.ones(1))}, TypeError, "pass [parameter]"),
        ({"params": [np.ones(1)]}, TypeError, "SGD: params must hold Parameters, got ndarray"),
        ({"lr": -1}, ValueError, "SGD: lr must be at least 0 and finite, got -1"),
        ({"lr": float("nan")}, ValueError, "SGD: lr must be at least 0 and finite, got nan"),
        ({"momentum": -0.1}, ValueError, "SGD: momentum must be at least 0"),
        ({"weight_decay": float("inf")}, ValueError, "SGD: weight_decay must be at least 0"),
        ({"nesterov": True}, ValueError, "nesterov needs a momentum above 0 and no dampening"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, ValueError, "nesterov needs"),
        ({"lr": "fast"}, TypeError, "SGD: lr must be a number, got 'fast'"),
        ({"lr": True}, TypeError, "SGD: lr must be a number, got True"),
        ({"lr": 10**400}, ValueError, "SGD: lr must be at least 0 and finite"),
        ({"dampening": float("nan")}, ValueError, "SGD: dampening must be at least 0"),
        (
            {"params": 3},
            TypeError,
            "SGD: params must be an iterable of Parameters, got int; pass net",
        ),
        ({"params": nn.Linear(1, 1)}, TypeError, "got Linear; pass net.parameters()"),
        ({"params": nn.Sequential(nn.ReLU())}, TypeError, "got ReLU; pass net.parameters()"),
    ],
)
def test_refusals(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        optim.SGD(**{"params": [Parameter(np.ones(1))], **arguments})


@pytest.mark.parametrize("rule", [optim.sgd, optim.sgd_momentum])
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


def test_gradient_must_fit():
    parameter = Parameter(np.ones((2, 3)))
    parameter.grad = np.ones(3)
    with pytest.raises(ValueError, match=re.escape("SGD: grad must have shape (2, 3)")):
        optim.SGD([parameter]).step()


def test_one_parameter_twice_is_refused():
    parameter = Parameter(np.ones(1))
    with pytest.raises(ValueError, match="SGD: params holds the same Parameter twice"):
        optim.SGD([parameter, parameter])


def test_repr():
    assert "lr=0.1" in repr(optim.SGD([Parameter(np.ones(1))], lr=0.1))
