"""Compiled losses of classes: rows of every width, sick numbers, odd labels."""

import warnings

import numpy as np
import pytest

from minidl.twins import TWINS, relative_difference

every_loss = pytest.mark.parametrize("name", ["softmax_loss", "svm_loss"])
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def both(name, x, y):
    (naive,), (fast,) = TWINS[name].naive, TWINS[name].fast
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the definition's, of inf - inf
        expected = naive(x, y)
    return expected, fast(x, y)


@every_loss
@every_dtype
@pytest.mark.parametrize("n_classes", [1, 2, 7, 8, 9, 16, 31, 128, 129, 300])
def test_rows_of_every_width(name, dtype, n_classes, rng):
    x = (4 * rng.standard_normal((5, n_classes))).astype(dtype)
    y = rng.integers(0, n_classes, 5)
    for expected, actual in zip(*both(name, x, y), strict=True):
        assert relative_difference(actual, expected) < TWINS[name].rtol[dtype]
    assert type(both(name, x, y)[1][0]) is float


@every_loss
@pytest.mark.parametrize("sick", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 2, 9])
def test_sick_scores_are_no_secret(name, sick, place, rng):
    """In the first place, the right one, and the last."""
    x, y = rng.standard_normal((3, 10)), np.array([4, 2, 1])
    x[1, place] = sick
    (loss, dx), (fast_loss, fast_dx) = both(name, x, y)
    np.testing.assert_allclose(fast_loss, loss, rtol=1e-13)
    np.testing.assert_allclose(fast_dx, dx, rtol=1e-12, atol=1e-15)


def test_scores_far_apart():
    x = np.array([[1e30, 0.0, -1e30], [0.0, -88.0, -104.0]], np.float32)
    (loss, dx), (fast_loss, fast_dx) = both("softmax_loss", x, np.array([1, 0]))
    assert fast_loss == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(fast_dx, dx, atol=1e-7)


@every_loss
def test_labels_and_scores_of_any_layout(name, rng):
    x, y = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    loss, dx = TWINS[name].fast[0](x, y)
    for scores in (np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2]):
        for labels in (np.repeat(y, 2)[::2], y.astype(np.uint8), y.tolist(), y[::-1].copy()[::-1]):
            again, dx_again = TWINS[name].fast[0](scores, labels)
            assert again == loss
            np.testing.assert_array_equal(dx_again, dx)
