"""RMSprop and Adagrad: their first steps by hand."""

import re

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter


def after(kind, gradients, **settings):
    parameter = Parameter(np.array([1.0]))
    optimizer = kind([parameter], **settings)
    for gradient in gradients:
        parameter.grad = np.array([gradient])
        optimizer.step()
    return parameter.data[0]


def test_rmsprop_by_hand():
    settings = {"lr": 0.1, "alpha": 0.75, "eps": 0.5}
    first, second = 2 / (1 + 0.5), 4 / ((0.75 * 1 + 0.25 * 16) ** 0.5 + 0.5)
    moved = after(optim.RMSprop, [2.0, 4.0], **settings)
    assert moved == pytest.approx(1 - 0.1 * (first + second), rel=1e-14)
    moved = after(optim.RMSprop, [2.0, 4.0], **settings, momentum=0.5)
    assert moved == pytest.approx(1 - 0.1 * first - 0.1 * (0.5 * first + second), rel=1e-14)
    centred = 2 / ((1 - 0.25) ** 0.5 + 0.5)
    moved = after(optim.RMSprop, [2.0], **settings, centered=True)
    assert moved == pytest.approx(1 - 0.1 * centred, rel=1e-14)


def test_a_constant_gradient_has_no_variance_and_makes_no_nan():
    """The difference of two equal numbers, each rounded, may fall below 0."""
    for gradient in np.linspace(0.1, 3, 50):
        moved = after(optim.RMSprop, [gradient] * 80, alpha=0.5, eps=1.0, centered=True)
        assert np.isfinite(moved)


def test_adagrad_by_hand():
    settings = {"lr": 0.1, "lr_decay": 0.5, "initial_accumulator_value": 5.0, "eps": 0.5}
    first, second = 2 / (3 + 0.5), 4 / (5 + 0.5) / 1.5
    moved = after(optim.Adagrad, [2.0, 4.0], **settings)
    assert moved == pytest.approx(1 - 0.1 * (first + second), rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (optim.RMSprop, {"alpha": 1.5}, "alpha must be from 0 to 1, got 1.5"),
        (optim.RMSprop, {"eps": -1}, "eps must be at least 0 and finite, got -1"),
        (optim.RMSprop, {"momentum": -0.9}, "momentum must be at least 0 and finite, got -0.9"),
        (optim.Adagrad, {"lr_decay": -1}, "lr_decay must be at least 0 and finite, got -1"),
        (optim.Adagrad, {"initial_accumulator_value": -1}, "initial_accumulator_value must be at"),
        (optim.Adagrad, {"eps": float("nan")}, "eps must be at least 0 and finite, got nan"),
    ],
)
def test_refusals(kind, settings, message):
    with pytest.raises(ValueError, match=re.escape(f"{kind.__name__}: {message}")):
        kind([Parameter(np.ones(1))], **settings)


def test_centered_is_a_flag():
    with pytest.raises(TypeError, match="RMSprop: centered must be True or False, got 1"):
        optim.RMSprop([Parameter(np.ones(1))], centered=1)
