"""Adam and AdamW: their first steps by hand."""

import re

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter


def after(optimizer, parameter, gradients):
    for gradient in gradients:
        parameter.grad = np.array([gradient])
        optimizer.step()
    return parameter.data[0]


def test_the_first_step_is_the_learning_rate():
    """Both corrections undo the start at zero: m / sqrt(v) is the sign of the gradient."""
    for gradient in (1e-3, 5.0, -7e4):
        parameter = Parameter(np.array([1.0]))
        moved = after(optim.Adam([parameter], lr=0.1, eps=0), parameter, [gradient])
        assert moved == pytest.approx(1 - 0.1 * np.sign(gradient), rel=1e-12)


def test_two_steps_by_hand():
    parameter = Parameter(np.array([1.0]))
    m, v = 0.5 * (0.5 * 2) + 0.5 * 4, 0.75 * (0.25 * 4) + 0.25 * 16
    step = 0.1 * (m / (1 - 0.25)) / ((v / (1 - 0.5625)) ** 0.5 + 0.5)
    expected = 1 - 0.1 * 2 / (2 + 0.5) - step
    moved = after(optim.Adam([parameter], 0.1, (0.5, 0.75), 0.5), parameter, [2.0, 4.0])
    assert moved == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", [optim.Adam, optim.AdamW])
def test_what_is_not_kept_leaves_nothing(kind):
    """With betas of 0 a step follows the gradient of the moment, however large the last one."""
    parameter = Parameter(np.array([1.0]))
    optimizer = kind([parameter], lr=0.1, betas=(0.0, 0.0), eps=0, weight_decay=0)
    after(optimizer, parameter, [1e20])
    assert after(optimizer, parameter, [3.0]) == pytest.approx(0.8)
    assert optimizer.state_dict()["state"][0]["exp_avg"].tolist() == [3.0]


def test_amsgrad_does_not_forget_a_large_gradient():
    plain, ams = Parameter(np.array([0.0])), Parameter(np.array([0.0]))
    gradients = [100.0] + [1.0] * 50
    settings = {"lr": 0.1, "betas": (0.0, 0.5)}
    far = after(optim.Adam([plain], **settings), plain, gradients)
    near = after(optim.Adam([ams], **settings, amsgrad=True), ams, gradients)
    assert far < -3 < -0.3 < near < -0.1


def test_decay_of_the_weights_is_divided_in_adam_and_not_in_adamw():
    large, small = Parameter(np.array([1.0])), Parameter(np.array([1.0]))
    rates = {"lr": 0.1, "weight_decay": 0.5, "eps": 0}
    assert after(optim.Adam([large], **rates), large, [0.0]) == pytest.approx(0.9)
    assert after(optim.AdamW([small], **rates), small, [1.0]) == pytest.approx(1 - 0.05 - 0.1)
    assert optim.AdamW([small]).weight_decay == 1e-2


def test_repr():
    shown = "AdamW(1 parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01, "
    optimizer = optim.AdamW([Parameter(np.ones(1))])
    assert repr(optimizer) == shown + "amsgrad=False, maximize=False)"


@pytest.mark.parametrize("kind", [optim.Adam, optim.AdamW])
@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"betas": (0.9, 1.0)}, ValueError, "betas[1] must be at least 0 and below 1, got 1.0"),
        ({"betas": (-0.1, 0.9)}, ValueError, "betas[0] must be at least 0 and below 1, got -0.1"),
        ({"betas": 0.9}, ValueError, "betas must be a pair of numbers, got 0.9"),
        ({"betas": (0.9, "0.99")}, TypeError, "betas[1] must be a number, got '0.99'"),
        ({"eps": -1e-8}, ValueError, "eps must be at least 0 and finite, got -1e-08"),
        ({"amsgrad": None}, TypeError, "amsgrad must be True or False, got None"),
    ],
)
def test_refusals(kind, settings, error, message):
    with pytest.raises(error, match=re.escape(f"{kind.__name__}: {message}")):
        kind([Parameter(np.ones(1))], **settings)
