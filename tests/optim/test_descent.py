"""SGD against arithmetic written out."""

import re

import numpy as np
import pytest

from minidl import nn, optim
from minidl.nn import Parameter


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


def test_a_gradient_in_float64_leaves_no_float64_behind():
    parameter = Parameter(np.ones(2, np.float32))
    optimizer = optim.SGD([parameter], momentum=0.9)
    parameter.grad = np.full(2, 0.1)
    optimizer.step()
    assert optimizer.state_dict()["state"][0]["momentum_buffer"].dtype == np.float32


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
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


def test_repr():
    assert "lr=0.1" in repr(optim.SGD([Parameter(np.ones(1))], lr=0.1))
