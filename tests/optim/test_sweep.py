"""Compiled update rules: every length, odd weights, settings that change, parts in threads."""

import re

import numpy as np
import pytest

from minidl import optim
from minidl.nn import Parameter
from minidl.threads import SPLIT_ABOVE

RULES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "maximize": True}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.3, 0.9)}),
    ("AdamW", {"lr": 0.1, "maximize": True}),
    ("RMSprop", {"lr": 0.1}),
    ("RMSprop", {"lr": 0.1, "centered": True, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.1, "momentum": 0.9, "maximize": True}),
    ("RMSprop", {"lr": 0.1, "momentum": 0.9, "centered": True}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1}),
]
every_rule = pytest.mark.parametrize(("name", "settings"), RULES)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def steps(name, settings, w, gradients):
    """Return the weights after a step for each of the gradients, and the optimizer."""
    parameter = Parameter(np.zeros(1))
    parameter.data = w
    optimizer = getattr(optim, name)([parameter], **settings)
    for gradient in gradients:
        parameter.grad = gradient
        optimizer.step()
    return parameter.data, optimizer


@every_rule
@every_dtype
def test_a_number_moves_alike_in_every_place(name, settings, dtype, rng):
    """Of any length, so in vectors and in what they leave over; each number on its own agrees."""
    near = 4 * float(np.finfo(dtype).eps)
    for size in (0, 1, 3, 8, 17, 50):
        w = rng.standard_normal(size).astype(dtype)
        gradients = rng.standard_normal((4, size)).astype(dtype)
        together, _ = steps(name, settings, w.copy(), gradients)
        for k in range(size):
            alone, _ = steps(name, settings, w[k : k + 1].copy(), gradients[:, k : k + 1])
            assert together[k] == pytest.approx(float(alone[0]), rel=near, abs=near)


@every_rule
@pytest.mark.parametrize("sick", [np.nan, np.inf])
def test_a_sick_gradient_spoils_its_own_weight_only(name, settings, sick, rng):
    w, gradients = rng.standard_normal(20), rng.standard_normal((3, 20))
    well, _ = steps(name, settings, w.copy(), gradients)
    gradients[1, 7] = sick
    with np.errstate(all="raise"):
        spoilt, _ = steps(name, settings, w.copy(), gradients)
    others = np.arange(20) != 7
    np.testing.assert_array_equal(spoilt[others], well[others])
    assert not np.isfinite(spoilt[7])


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad"])
def test_without_decay_an_infinite_weight_stays(name):
    weights, _ = steps(name, {"lr": 0.1}, np.array([np.inf, 1.0]), [np.ones(2)])
    assert weights[0] == np.inf
    assert weights[1] < 1


@every_rule
def test_threads_change_nothing(name, settings, threads, monkeypatch, rng):
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 1)
    monkeypatch.setattr("minidl.optim.sweep.SPLIT_ABOVE", 1)
    w, gradients = rng.standard_normal(67), rng.standard_normal((3, 67))
    results = []
    for n_threads in (1, 3):
        threads(n_threads)
        results.append(steps(name, settings, w.copy(), gradients)[0])
    np.testing.assert_allclose(results[1], results[0], rtol=1e-15)


def test_a_long_row_is_moved_to_its_end():
    size = SPLIT_ABOVE // 8 + 1
    weights, _ = steps("SGD", {"lr": 0.5}, np.ones(size, "f"), [np.ones(size, "f")])
    np.testing.assert_array_equal(weights, np.full(size, 0.5, "f"))


def unaligned(a):
    place = np.zeros(a.nbytes + 1, np.uint8)[1:]
    place[:] = np.frombuffer(a.tobytes(), np.uint8)
    return place.view(a.dtype).reshape(a.shape)


@every_rule
@pytest.mark.parametrize(
    "odd",
    [
        np.asfortranarray,
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[::-1].copy()[::-1],
        lambda a: a.astype(">f4"),
        unaligned,
    ],
    ids=["fortran", "strided", "backwards", "big-endian", "unaligned"],
)
def test_odd_weights_are_moved_in_place(name, settings, odd, rng):
    w = rng.standard_normal((3, 4)).astype("f")
    gradients = rng.standard_normal((3, 3, 4)).astype("f")
    expected, _ = steps(name, settings, w.copy(), gradients)
    array = odd(w.copy())
    weights, optimizer = steps(name, settings, array, gradients)
    assert weights is array
    np.testing.assert_array_equal(weights, expected)
    resumed = getattr(optim, name)(optimizer.params)
    resumed.load_state_dict(optimizer.state_dict())
    resumed.step()
    again, _ = steps(name, settings, w.copy(), [*gradients, gradients[-1]])
    np.testing.assert_array_equal(array, again)


@every_rule
def test_half_precision_is_stepped_in_floats(name, settings):
    w, gradients = np.array([1, -2], np.float16), [np.array([0.5, 1], np.float16)] * 3
    weights, optimizer = steps(name, settings, w.copy(), gradients)
    assert weights.dtype == np.float16
    expected, _ = steps(name, settings, w.astype("f"), [g.astype("f") for g in gradients])
    np.testing.assert_allclose(weights, expected, rtol=5e-3)
    kept = optimizer.state_dict()["state"][0]
    assert {a.dtype for key, a in kept.items() if key != "step"} <= {np.dtype("float32")}


def test_numbers_of_no_axis_are_weights_too():
    weights, _ = steps("Adam", {"lr": 0.5, "eps": 0}, np.array(1.0), [np.array(3.0)])
    assert weights.shape == ()
    assert weights == pytest.approx(0.5)


def test_extended_precision_is_refused():
    if np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("long doubles are doubles here")
    message = "SGD: parameter 0 has dtype"
    with pytest.raises(TypeError, match=message):
        steps("SGD", {"lr": 0.1}, np.ones(1, np.longdouble), [np.ones(1)])


def test_every_change_of_a_setting_is_seen_by_the_next_step():
    parameter = Parameter(np.ones(1))
    optimizer = optim.Adam([parameter], lr=1.0)
    parameter.grad = np.ones(1)
    optimizer.step()

    def refused(message, error=ValueError):
        before = parameter.data.copy()
        with pytest.raises(error, match=re.escape(message)):
            optimizer.step()
        np.testing.assert_array_equal(parameter.data, before)

    optimizer.lr = True  # equal to 1.0
    refused("Adam: lr must be a number, got True", TypeError)
    optimizer.lr = 0.5
    optimizer.step()
    betas = [0.5, 0.5]
    optimizer.betas = betas
    optimizer.step()
    betas[1] = 2
    refused("Adam: betas[1] must be at least 0 and below 1, got 2")
    optimizer.betas = (0.5, 0.5)
    optimizer.amsgrad = True
    optimizer.step()
    assert "max_exp_avg_sq" in optimizer.state_dict()["state"][0]
    optimizer.amsgrad = False
    kept = optimizer.state_dict()["state"][0]["max_exp_avg_sq"]
    parameter.grad = np.full(1, 100.0)
    optimizer.step()
    assert optimizer.state_dict()["state"][0]["max_exp_avg_sq"] == kept


def test_a_state_loaded_for_other_weights_is_checked_again():
    """The array that the last step saw may come back with what is remembered of another."""
    parameter = Parameter(np.ones(2))
    optimizer = optim.Adam([parameter])
    parameter.grad = np.ones(2)
    optimizer.step()
    first, parameter.data = parameter.data, np.ones(1000)
    other = optim.Adam([parameter])
    parameter.grad = np.ones(1000)
    other.step()
    optimizer.load_state_dict(other.state_dict())
    parameter.data, parameter.grad = first, np.ones(2)
    with pytest.raises(ValueError, match="parameter 0 is now float64 of shape"):
        optimizer.step()


def test_a_rule_of_ones_own():
    class Sign(optim.Optimizer):
        remembers = ("last",)

        def _starts(self, s):
            return {"last": 0}

        def _move(self, w, gradient, state, s):
            state["last"][...] = np.sign(gradient)
            w -= s.lr * state["last"]

    parameter = Parameter(np.asfortranarray(np.ones((2, 2))))
    parameter.grad = np.array([[3.0, -1.0], [0.0, 2.0]])
    optimizer = Sign([parameter], lr=0.5)
    optimizer.step()
    assert parameter.data.tolist() == [[0.5, 1.5], [1.0, 0.5]]
    assert optimizer.state_dict()["state"][0]["last"].tolist() == [[1, -1], [0, 1]]
