"""Steps that go on as before, and everything that makes a step another one."""

import copy

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter

RULES = [
    ("SGD", {"lr": 0.5}),
    ("SGD", {"lr": 0.5, "momentum": 0.5, "dampening": 0.25}),
    ("Adam", {"lr": 0.5}),
    ("RMSprop", {"lr": 0.5, "momentum": 0.5, "centered": True}),
    ("Adagrad", {"lr": 0.5, "lr_decay": 0.5}),
]


@pytest.fixture(params=RULES, ids=lambda rule: rule[0])
def trained(request, rng):
    """Return two equal parameters and optimizers after some steps, the second without a memory."""
    name, settings = request.param
    start = rng.standard_normal((3, 4)).astype("float32")
    pair = []
    for _ in range(2):
        parameter = Parameter(start)
        pair.append((parameter, getattr(optim, name)([parameter], **settings)))
    for _ in range(3):
        step(pair, rng)
    return pair


def step(pair, rng):
    gradient = rng.standard_normal((3, 4)).astype("float32")
    for parameter, _ in pair:
        parameter.grad = gradient.astype(parameter.data.dtype)
    (first, remembering), (second, forgetful) = pair
    forgetful._forget()
    remembering.step()
    forgetful.step()
    np.testing.assert_array_equal(first.data, second.data)


CHANGES = {
    "nothing": lambda parameter, optimizer: None,
    "the rate": lambda parameter, optimizer: setattr(optimizer, "lr", 0.125),
    "weights in place": lambda parameter, optimizer: parameter.data.__imul__(3),
    "another array": lambda parameter, optimizer: setattr(parameter, "data", parameter.data + 1),
    "another layout": lambda parameter, optimizer: setattr(
        parameter, "data", np.asfortranarray(parameter.data)
    ),
    "a state": lambda parameter, optimizer: optimizer.load_state_dict(optimizer.state_dict()),
    "decay": lambda parameter, optimizer: setattr(optimizer, "weight_decay", 0.5),
}


@pytest.mark.parametrize("change", CHANGES)
def test_steps_go_on_whatever_changes(trained, change, rng):
    for _ in range(2):
        for parameter, optimizer in trained:
            CHANGES[change](parameter, optimizer)
        for _ in range(2):
            step(trained, rng)


def test_momentum_that_starts_late_starts_from_the_gradient(rng):
    parameter = Parameter(np.zeros(2))
    optimizer = optim.SGD([parameter], lr=1.0, dampening=0.5)
    for _ in range(2):
        parameter.grad = np.ones(2)
        optimizer.step()
    optimizer.momentum = 0.5
    for expected in (-3.0, -4.0, -5.0):  # v is 1, then 0.5 * 1 + 0.5
        parameter.grad = np.ones(2)
        optimizer.step()
        np.testing.assert_array_equal(parameter.data, expected)


def test_what_was_right_may_become_wrong(trained):
    (parameter, optimizer), _ = trained
    before = copy.deepcopy((parameter.data, optimizer.state_dict()))
    parameter.grad = np.ones((4, 3), np.float32)
    with pytest.raises(ValueError, match=r"grad must have shape \(3, 4\)"):
        optimizer.step()
    parameter.grad = np.ones((3, 4), complex)
    with pytest.raises(TypeError, match="grad must hold real numbers"):
        optimizer.step()
    parameter.grad = np.ones((3, 4), np.float32)
    parameter.data.flags.writeable = False
    with pytest.raises(ValueError, match="parameter 0 is read-only"):
        optimizer.step()
    optimizer.lr = -1
    with pytest.raises(ValueError, match="lr must be"):
        optimizer.step()
    np.testing.assert_array_equal(parameter.data, before[0])


def test_a_rule_of_ones_own_may_build_on_one_of_these():
    class Halved(optim.SGD):
        def _move(self, w, gradient, state, s):
            super()._move(w, gradient / 2, state, s)

    parameter = Parameter(np.zeros(2))
    optimizer = Halved([parameter], lr=1.0, momentum=0.5)
    for step, expected in enumerate((-0.5, -1.25, -2.125), start=1):
        parameter.grad = np.ones(2)
        optimizer.step()
        np.testing.assert_array_equal(parameter.data, expected)
        assert optimizer.state_dict()["state"][0]["step"] == step
