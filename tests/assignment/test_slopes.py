"""Slopes along directions: exact where a function is smooth, and absent at its kinks."""

import numpy as np
import pytest

from minidl.assignment.cases.slopes import COUNT, slopes


def found(value, x, gradient, seed=0):
    rng = np.random.default_rng(seed)
    return slopes(lambda arguments: value(arguments[0]), (x,), {"dx": gradient}, {"dx": 0}, rng)


@pytest.mark.parametrize("size", [1e-30, 1e-6, 1.0, 1e6, 1e30])
@pytest.mark.parametrize(
    ("value", "gradient"),
    [
        (lambda x: np.sum(3 * x), lambda x: np.full_like(x, 3)),
        (lambda x: np.sum(x * x), lambda x: 2 * x),
    ],
)
def test_polynomials_of_any_size(value, gradient, size):
    x = size * np.random.default_rng(1).standard_normal((3, 4))
    slope = found(value, x, gradient(x))
    assert len(slope) == COUNT
    for one in slope:
        right = np.sum(gradient(x) * one.direction)
        assert abs(one.value - right) <= 1e-8 * np.linalg.norm(gradient(x) * one.direction)


def test_exponentials():
    x = np.random.default_rng(2).standard_normal((3, 4))
    for one in found(lambda x: np.sum(np.exp(x)), x, np.exp(x)):
        assert np.isclose(one.value, np.sum(np.exp(x) * one.direction), rtol=1e-8)


def test_there_is_no_slope_at_a_kink():
    x = np.zeros((2, 3))
    assert found(lambda x: np.abs(x).sum(), x, x) == ()
    assert found(lambda x: np.maximum(x, 0).sum(), x, x) == ()


def test_directions_keep_away_from_numbers_at_a_kink():
    x = np.where(np.arange(12) % 2, 0.0, np.linspace(-1, 1, 12))
    slope = found(lambda x: np.maximum(x, 0).sum(), x, (x > 0).astype(float))
    assert slope
    assert not any(one.direction[1::2].any() for one in slope)


def test_numbers_that_get_lost_beside_others_have_no_slope():
    """1e30 + b is 1e30 whatever b is, which is no sign that the gradient is 0."""
    assert found(lambda b: 1e30 + b.sum(), np.ones(3), np.ones(3)) == ()


def test_a_wrong_gradient_is_refused():
    x = np.ones((2, 2))
    with pytest.raises(
        ValueError, match="dx along a direction is .*, and the forward pass grows by"
    ):
        found(lambda x: np.sum(x * x), x, 2.0001 * x)
