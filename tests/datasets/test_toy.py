"""Toy data and batches."""

import itertools

import numpy as np
import pytest

import minidl
from minidl.datasets import minibatches, spiral, two_moons, xor

SETS = {
    "spiral": (lambda **more: spiral(n_per_class=50, n_classes=3, **more), 150, 3),
    "two_moons": (lambda **more: two_moons(n=101, **more), 101, 2),
    "xor": (lambda **more: xor(n=102, **more), 102, 2),
}


@pytest.mark.parametrize("name", SETS)
def test_shapes_classes_and_repetition(name):
    make, n, n_classes = SETS[name]
    X, y = make()
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((n, 2), np.float32, (n,), np.int64)
    assert set(y) == set(range(n_classes))
    assert np.ptp(np.bincount(y)) <= 2
    np.testing.assert_array_equal(X, make()[0])
    assert not np.array_equal(X, make(rng=np.random.default_rng(1))[0])


def test_without_noise_the_shapes_are_exact():
    X, y = xor(n=8, noise=0)
    np.testing.assert_array_equal(y, [0, 1, 1, 0, 0, 1, 1, 0])
    np.testing.assert_array_equal(y, (X[:, 0] > 0) ^ (X[:, 1] > 0))
    X, y = two_moons(n=40, noise=0)
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1, rtol=1e-6)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1, 0.5]).T), 1, rtol=1e-6)
    X, y = spiral(n_per_class=20, n_classes=2, noise=0)
    np.testing.assert_allclose(np.hypot(*X[y == 1].T), np.linspace(0, 1, 20), atol=1e-6)


def test_no_line_parts_them(rng):
    """The best of many straight lines errs on a good share of the points."""
    for make, _, _ in SETS.values():
        X, y = make()
        best = 0
        for angle in np.linspace(0, np.pi, 60):
            along = X @ [np.cos(angle), np.sin(angle)]
            for at in np.linspace(along.min(), along.max(), 40):
                right = np.mean((along > at) == (y == 1))
                best = max(best, right, 1 - right)
        assert best < 0.93


def test_sizes_are_checked():
    for call in (lambda: spiral(0), lambda: spiral(5, 0), lambda: two_moons(1), lambda: xor(0)):
        with pytest.raises(ValueError, match="must be at least"):
            call()
    with pytest.raises(TypeError, match="xor: n must be an integer, got 2.5"):
        xor(2.5)


def test_batches_hold_everything_once(rng):
    X, y = np.arange(10) * 10, np.arange(10)
    batches = list(minibatches(X, y, 4, rng))
    assert [len(labels) for _, labels in batches] == [4, 4, 2]
    assert sorted(np.concatenate([labels for _, labels in batches])) == list(range(10))
    for images, labels in batches:
        np.testing.assert_array_equal(images, 10 * labels)
    orders = [
        np.concatenate(
            [labels for _, labels in minibatches(X, y, 3, np.random.default_rng(s))]
        ).tolist()
        for s in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]


def test_batches_are_checked():
    with pytest.raises(
        ValueError, match="minibatches: X and y must hold the same number of examples"
    ):
        minibatches(np.ones(3), np.ones(2), 1)
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        minibatches(np.ones(3), np.ones(3), 0)
    for call in (lambda: minibatches([1], [1], 1, rng=0), lambda: xor(rng=0)):
        with pytest.raises(TypeError, match="rng must be a numpy.random.Generator, got int"):
            call()


def test_lists_and_the_packages_generator():
    orders = []
    for _ in range(2):
        minidl.manual_seed(3)
        orders.append([y.tolist() for _, y in minibatches(list("abcdef"), list(range(6)), 4)])
    assert orders[0] == orders[1]
    assert sorted(itertools.chain(*orders[0])) == list(range(6))
