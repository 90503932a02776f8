"""Learning rates epoch by epoch, against formulas in closed form."""

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter
from minidl.optim.lr_scheduler import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearWarmup,
    LRScheduler,
    StepLR,
)

SETTINGS = {
    StepLR: {"step_size": 3, "gamma": 0.5},
    ExponentialLR: {"gamma": 0.9},
    CosineAnnealingLR: {"T_max": 5, "eta_min": 0.1},
    LinearWarmup: {"warmup_steps": 4, "start_factor": 0.2},
}
CLOSED_FORM = {
    StepLR: lambda t: 0.5 ** (t // 3),
    ExponentialLR: lambda t: 0.9**t,
    CosineAnnealingLR: lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * t / 5)) / 2,
    LinearWarmup: lambda t: 0.2 + 0.8 * min(t, 4) / 4,
}
every_scheduler = pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)


def rates(scheduler, steps):
    """Return the present rate, and those after each of ``steps`` steps."""
    found = [scheduler.optimizer.lr]
    for _ in range(steps):
        scheduler.step()
        assert scheduler.get_last_lr() == [scheduler.optimizer.lr]
        found.append(scheduler.optimizer.lr)
    return found


def optimizer(lr=1.0):
    return optim.SGD([Parameter(np.ones(1))], lr=lr)


@every_scheduler
@pytest.mark.parametrize("anything", [optimizer, lambda: SimpleNamespace(lr=1)])
def test_closed_form(kind, anything):
    scheduler = kind(anything(), **SETTINGS[kind])
    assert (scheduler.last_epoch, scheduler.base_lrs) == (0, [1.0])
    expected = [CLOSED_FORM[kind](t) for t in range(31)]
    np.testing.assert_allclose(rates(scheduler, 30), expected, rtol=1e-12)
    assert scheduler.last_epoch == 30


def test_defaults():
    assert rates(StepLR(optimizer(), 1), 1) == pytest.approx([1, 0.1])
    assert rates(CosineAnnealingLR(optimizer(), 1), 2) == pytest.approx([1, 0, 1])
    assert rates(LinearWarmup(optimizer(), 2), 3) == pytest.approx([1 / 3, 2 / 3, 1, 1])


def test_one_can_follow_another():
    """A warm-up, and a cosine from then on: one optimizer, two schedulers in turn."""
    shared = optimizer(0.5)
    up = rates(LinearWarmup(shared, 4, 0.5), 4)
    down = rates(CosineAnnealingLR(shared, 2), 2)
    np.testing.assert_allclose(up + down, [0.25, 0.3125, 0.375, 0.4375, 0.5, 0.5, 0.25, 0], 1e-12)


def test_two_multiply():
    shared = optimizer(1.0)
    schedulers = [ExponentialLR(shared, 0.9), StepLR(shared, 2, 0.5)]
    for t in range(1, 7):
        for scheduler in schedulers:
            scheduler.step()
        assert shared.lr == pytest.approx(0.9**t * 0.5 ** (t // 2))


def test_a_second_scheduler_starts_from_the_rate_that_the_first_found():
    """From its lowest point a cosine rises towards that rate, and not towards the warm-up's."""
    shared = optimizer(1.0)
    LinearWarmup(shared, 4, 0.25)
    cosine = CosineAnnealingLR(shared, 1)
    assert cosine.base_lrs == [1.0]
    np.testing.assert_allclose(rates(cosine, 2), [0.25, 0, 1], rtol=1e-15)


def test_a_rate_changed_by_hand_stays_changed():
    scheduler = ExponentialLR(optimizer(), 0.5)
    scheduler.step()
    scheduler.optimizer.lr = np.float32(8)
    assert rates(scheduler, 2) == [8, 4, 2]
    assert type(scheduler.optimizer.lr) is float


@every_scheduler
@pytest.mark.parametrize("loaded_first", ["optimizer", "scheduler"])
def test_a_saved_schedule_goes_on_bit_for_bit(kind, loaded_first):
    whole = rates(kind(optimizer(0.3), **SETTINGS[kind]), 20)
    before = kind(optimizer(0.3), **SETTINGS[kind])
    assert rates(before, 10) == whole[:11]
    saved, of_optimizer = before.state_dict(), before.optimizer.state_dict()
    before.step()
    fresh = optimizer(5.0)
    if loaded_first == "optimizer":
        fresh.load_state_dict(of_optimizer)
    after = kind(fresh, *([7] * len(SETTINGS[kind]) if kind is not LinearWarmup else [7, 0.7]))
    after.load_state_dict(saved)
    if loaded_first == "scheduler":
        fresh.load_state_dict(of_optimizer)
    assert after.get_last_lr() == [whole[10]]
    assert rates(after, 10) == whole[10:]
    assert repr(after) == repr(before)


@every_scheduler
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"scheduler": "OneCycleLR"}, ValueError, "the state is that of 'OneCycleLR'"),
        ({"last_epoch": -1}, ValueError, "last_epoch must be at least 0, got -1"),
        ({"lr": -1}, ValueError, "lr must be at least 0"),
        ({"base_lrs": [0.1, 0.1]}, ValueError, "base_lrs must be a list of one number"),
        ({"epoch": 3}, ValueError, "state_dict has an unknown key 'epoch'; did you mean 'last"),
    ],
)
def test_states_that_do_not_fit(kind, change, error, message):
    scheduler = kind(optimizer(0.3), **SETTINGS[kind])
    scheduler.step()
    state = scheduler.state_dict()
    with pytest.raises(error, match=re.escape(f"{kind.__name__}.load_state_dict: {message}")):
        scheduler.load_state_dict(state | change)
    first, value = scheduler.settings[0], "often"
    with pytest.raises(TypeError, match=f"{kind.__name__}: {first} must be a"):
        scheduler.load_state_dict(state | {first: value})
    assert scheduler.state_dict() == state


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "message"),
    [
        (StepLR, (0,), ValueError, "StepLR: step_size must be at least 1, got 0"),
        (StepLR, (1.5,), TypeError, "StepLR: step_size must be an integer, got 1.5"),
        (StepLR, (1, -0.1), ValueError, "StepLR: gamma must be at least 0 and finite, got -0.1"),
        (ExponentialLR, ("0.9",), TypeError, "ExponentialLR: gamma must be a number, got '0.9'"),
        (CosineAnnealingLR, (0,), ValueError, "CosineAnnealingLR: T_max must be at least 1, got 0"),
        (CosineAnnealingLR, (1, -1), ValueError, "CosineAnnealingLR: eta_min must be at least 0"),
        (LinearWarmup, (0,), ValueError, "LinearWarmup: warmup_steps must be at least 1, got 0"),
        (LinearWarmup, (5, 0), ValueError, "LinearWarmup: start_factor must be above 0 and finite"),
        (LinearWarmup, (5, 1.5), ValueError, "LinearWarmup: start_factor must be at most 1, got 1"),
    ],
)
def test_refusals(kind, arguments, error, message):
    untouched = optimizer(0.3)
    with pytest.raises(error, match=re.escape(message)):
        kind(untouched, *arguments)
    assert untouched.lr == 0.3


def test_what_has_no_learning_rate_is_refused():
    with pytest.raises(TypeError, match="StepLR: optimizer must have an attribute lr, got dict"):
        StepLR({"learning_rate": 0.1}, 2)
    with pytest.raises(ValueError, match="StepLR: lr must be at least 0 and finite, got nan"):
        StepLR(SimpleNamespace(lr=float("nan")), 2)
    with pytest.raises(NotImplementedError, match="LRScheduler._next"):
        LRScheduler(optimizer()).step()


def test_repr():
    assert repr(StepLR(optimizer(), 2)) == "StepLR(SGD, step_size=2, gamma=0.1)"
