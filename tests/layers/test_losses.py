"""Losses of numbers and of two classes against numbers worked out by hand, and at their ends."""

import math
import re

import numpy as np
import pytest

from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def loss_of(name, backend):
    (function,) = TWINS[name].implementation(backend)
    return function


@every_backend
def test_l1_loss(backend):
    loss, dscores = loss_of("l1_loss", backend)(np.array([[1.0, 2], [3, -4]]), [[0, 5], [3, 4]])
    assert loss == (1 + 3 + 0 + 8) / 4
    np.testing.assert_array_equal(dscores, [[0.25, -0.25], [0, -0.25]])


@every_backend
def test_huber_loss(backend):
    """Errors of 1, 2, -4 and 0 with delta 2: 1/2 and 2 inside, 2 * (4 - 1) outside."""
    scores, y = np.array([1.0, 2, 0, 5]), np.array([0.0, 0, 4, 5])
    loss, dscores = loss_of("huber_loss", backend)(scores, y, 2)
    assert loss == (0.5 + 2 + 6 + 0) / 4
    np.testing.assert_array_equal(dscores, np.array([1, 2, -2, 0]) / 4)
    loss, dscores = loss_of("huber_loss", backend)(scores, y)  # delta 1
    assert loss == (0.5 + 1.5 + 3.5 + 0) / 4
    np.testing.assert_array_equal(dscores, np.array([1, 1, -1, 0]) / 4)


@every_backend
def test_bce_with_logits_loss(backend):
    """Probabilities 3/4, 3/4 and 1/2 of yes; the answers are yes, no and undecided."""
    scores, y = np.log([3.0, 3, 1]), np.array([1, 0, 0.5])
    loss, dscores = loss_of("bce_with_logits_loss", backend)(scores, y)
    assert loss == pytest.approx((math.log(4 / 3) + math.log(4) + math.log(2)) / 3, rel=1e-15)
    np.testing.assert_allclose(dscores, np.array([-0.25, 0.75, 0]) / 3, rtol=1e-15, atol=1e-17)


@every_backend
@pytest.mark.parametrize("labels", [[1, 0], [True, False], np.array([1, 0], np.uint8), [1.0, 0.0]])
def test_labels_of_any_kind(backend, labels):
    loss, dscores = loss_of("bce_with_logits_loss", backend)(np.float32([0, 0]), labels)
    assert loss == pytest.approx(math.log(2))
    assert dscores.tolist() == [-0.25, 0.25]


@every_backend
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_loss_far_off_is_the_score_itself(backend, dtype):
    most = np.finfo(dtype).max
    bce = loss_of("bce_with_logits_loss", backend)
    scores = np.array([most, -most, most, -most], dtype)
    loss, dscores = bce(scores, [0, 1, 1, 0])
    assert loss == pytest.approx(float(most) / 2, rel=1e-15)
    np.testing.assert_array_equal(dscores, [0.25, -0.25, 0, 0])
    loss, dscores = bce(np.array([np.inf, -np.inf], dtype), [1, 0])
    assert loss == 0
    np.testing.assert_array_equal(dscores, [0, 0])
    loss, dscores = bce(np.array([np.inf, -np.inf], dtype), [0, 1])
    assert loss == np.inf
    np.testing.assert_array_equal(dscores, [0.5, -0.5])


@every_backend
@pytest.mark.parametrize("name", ["l1_loss", "huber_loss"])
def test_sums_of_large_errors_do_not_overflow_on_the_way(backend, name):
    """The mean of four errors of 1.5e308 is a number, though their sum is none."""
    scores = np.array([1.5e308, -1.5e308, 1.5e308, 1.5e308])
    loss, dscores = loss_of(name, backend)(scores, np.zeros(4))
    assert loss == pytest.approx(1.5e308)
    np.testing.assert_array_equal(dscores, [0.25, -0.25, 0.25, 0.25])


@every_backend
def test_a_square_beyond_all_numbers_of_an_error_that_is_one(backend):
    loss, dscores = loss_of("mse_loss", backend)(np.array([1e200, 0]), np.zeros(2))
    assert loss == np.inf
    np.testing.assert_array_equal(dscores, [1e200, 0])


@every_backend
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_squares_beyond_all_numbers(backend, dtype):
    """An infinite slope without a warning; only a double's square is infinite, too."""
    most = np.finfo(dtype).max
    loss, dscores = loss_of("mse_loss", backend)(np.array([most], dtype), np.array([-most], dtype))
    assert loss == np.inf if dtype == "float64" else loss > 1e77
    np.testing.assert_array_equal(dscores, np.array([np.inf], dtype), strict=True)


@every_backend
@pytest.mark.parametrize("name", ["l1_loss", "huber_loss"])
def test_errors_beyond_all_numbers(backend, name):
    loss, dscores = loss_of(name, backend)(np.array([1e308, -np.inf]), np.array([-1e308, 3]))
    assert loss == np.inf
    np.testing.assert_array_equal(dscores, [0.5, -0.5])
    loss, dscores = loss_of(name, backend)(np.array([np.nan, 1.0]), np.array([0.0, 1.0]))
    assert np.isnan(loss)
    np.testing.assert_array_equal(dscores, [np.nan, 0])


@every_backend
@pytest.mark.parametrize("name", ["l1_loss", "huber_loss", "bce_with_logits_loss"])
def test_of_nothing(backend, name):
    loss, dscores = loss_of(name, backend)(np.zeros((0, 3), np.float32), np.zeros((0, 3), int))
    assert loss == 0
    assert dscores.shape == (0, 3)


@every_backend
@pytest.mark.parametrize(
    ("name", "y", "options", "error", "message"),
    [
        ("l1_loss", [0.0], (), ValueError, "y must have the shape of x, (2,), got (1,)"),
        ("huber_loss", [[0], [1]], (), ValueError, "nothing is broadcast here; drop the axis"),
        ("huber_loss", [0, 1], (0,), ValueError, "delta must be above 0 and finite, got 0"),
        ("huber_loss", [0, 1], (np.inf,), ValueError, "delta must be above 0 and finite, got inf"),
        ("huber_loss", [0, 1], ("1",), TypeError, "delta must be a number, got '1'"),
        ("bce_with_logits_loss", [0, 2], (), ValueError, "target y[1] is 2, and a target is"),
        ("bce_with_logits_loss", [0, 1.5], (), ValueError, "target y[1] is 1.5, and"),
        ("bce_with_logits_loss", [0, np.nan], (), ValueError, "target y[1] is nan, and"),
        ("bce_with_logits_loss", [[0], [1]], (), ValueError, "drop the axis: y[:, 0]"),
    ],
)
def test_refusals(backend, name, y, options, error, message):
    with pytest.raises(error, match=re.escape(f"{name}: ") + ".*" + re.escape(message)):
        loss_of(name, backend)(np.zeros(2), y, *options)
