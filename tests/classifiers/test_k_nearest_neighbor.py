"""The nearest-neighbour classifier: three ways to one distance, votes, and what it refuses."""

import tracemalloc

import numpy as np
import pytest

from minidl.classifiers import KNearestNeighbor
from minidl.classifiers import distances as module


def trained(X, y=None):
    knn = KNearestNeighbor()
    knn.train(X, np.zeros(len(X), dtype=int) if y is None else y)
    return knn


def three_ways(knn, X):
    return (
        knn.compute_distances_no_loops(X),
        knn.compute_distances_one_loop(X),
        knn.compute_distances_two_loops(X),
    )


def test_distances_by_hand():
    knn = trained(np.array([[0.0, 0.0], [3.0, 4.0]]))
    for dists in three_ways(knn, np.array([[0.0, 0.0], [3.0, 0.0], [6.0, 8.0]])):
        np.testing.assert_array_equal(dists, [[0, 5], [3, 4], [10, 5]])


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "uint8", "int64", "bool"])
def test_the_three_ways_agree(dtype, rng, monkeypatch):
    """In float64, whatever the images are; blocks smaller than the sets change nothing."""
    monkeypatch.setattr(module, "BLOCK", 7)
    X_train, X = 255 * rng.random((20, 12)), 255 * rng.random((9, 12))
    dists = three_ways(trained(X_train.astype(dtype)), X.astype(dtype))
    for other in dists:
        assert other.dtype == np.float64
        np.testing.assert_allclose(other, dists[2], rtol=1e-11)


@pytest.mark.parametrize("far", [0.0, 1.0, 1e6, 1e12])
def test_identical_images_are_at_distance_zero(far, rng):
    X = far + rng.random((30, 50))
    dists = trained(X).compute_distances_no_loops(X)
    np.testing.assert_array_equal(np.diag(dists), np.zeros(30))
    np.testing.assert_array_equal(np.diag(trained(X).compute_distances_one_loop(X)), np.zeros(30))


@pytest.mark.parametrize("cells", [1, 100, 2**20])
@pytest.mark.parametrize("gap", [1e-9, 1e-4, 0.1, 10.0])
def test_near_neighbours_lose_no_digits(cells, gap, rng, monkeypatch):
    """Where the product of matrices keeps no digit at all, and even comes out negative."""
    monkeypatch.setattr(module, "CELLS", cells)
    X_train = 1000 * rng.standard_normal((20, 30))
    X = X_train[:8] + gap * rng.standard_normal((8, 30))
    knn = trained(X_train)
    no_loops, _, two_loops = three_ways(knn, X)
    np.testing.assert_allclose(no_loops, two_loops, rtol=1e-11)
    assert np.diag(no_loops).max() < 10 * gap


def test_numbers_that_are_not_finite(rng):
    """A NaN makes its own distances NaN, and no others; squares may overflow."""
    X_train, X = rng.random((5, 3)), rng.random((4, 3))
    X_train[0, 0], X_train[3, 1], X[2, 2] = np.inf, np.nan, 1e200
    with np.errstate(over="ignore"):
        no_loops, one_loop, two_loops = three_ways(trained(X_train), X)
    np.testing.assert_allclose(no_loops, two_loops)
    np.testing.assert_allclose(one_loop, two_loops)
    assert np.isnan(no_loops[:, 3]).all()
    assert np.isinf(no_loops[:, 0]).all()
    assert np.isfinite(no_loops[0, [1, 2, 4]]).all()


def test_no_loops_need_no_third_axis(rng):
    knn, X = trained(rng.random((400, 100))), rng.random((300, 100))
    tracemalloc.start()
    knn.compute_distances_no_loops(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 300 * 400 * 100 / 10


def test_votes_by_hand():
    """Ties go to the smaller label, whatever its place; any integers are labels."""
    dists = np.array([[3.0, 1.0, 2.0, 4.0], [1.0, 2.0, 3.0, 4.0]])
    knn = trained(np.zeros((4, 2)), np.array([7, 10**12, -3, 7]))
    np.testing.assert_array_equal(knn.predict_labels(dists), [10**12, 7])
    np.testing.assert_array_equal(knn.predict_labels(dists, k=2), [-3, 7])
    np.testing.assert_array_equal(knn.predict_labels(dists, k=3), [-3, -3])
    np.testing.assert_array_equal(knn.predict_labels(dists, k=4), [7, 7])


def test_of_equal_distances_the_earlier_count():
    knn = trained(np.zeros((5, 1)), np.array([4, 3, 2, 1, 0]))
    assert knn.predict(np.zeros((1, 1)), k=1) == [4]
    assert knn.predict_labels(np.array([[1.0, 1.0, 0.0, 1.0, np.nan]]), k=2) == [2]
    assert knn.predict_labels(np.full((1, 5), np.nan), k=1) == [4]


@pytest.mark.parametrize("k", [1, 3, 10, 40])
def test_votes_against_a_full_sort(k, rng):
    y = rng.integers(-2, 3, 40)
    dists = rng.integers(0, 6, (25, 40)).astype(float)
    expected = []
    for row in dists:
        votes = y[np.argsort(row, kind="stable")[:k]]
        expected.append(min(set(votes), key=lambda label: (-np.sum(votes == label), label)))
    np.testing.assert_array_equal(trained(np.zeros((40, 1)), y).predict_labels(dists, k), expected)


@pytest.mark.parametrize("num_loops", [0, 1, 2])
def test_predict(num_loops, rng):
    """Two clouds far apart, in the dtype of the labels."""
    X = np.concatenate([rng.random((10, 4)), rng.random((10, 4)) + 5])
    y = np.repeat(np.array([1, 200], dtype=np.uint8), 10)
    y_pred = trained(X, y).predict(X[::3], k=3, num_loops=num_loops)
    np.testing.assert_array_equal(y_pred, y[::3])
    assert y_pred.dtype == np.uint8


def test_no_images_to_label(rng):
    assert trained(rng.random((3, 2))).predict(np.zeros((0, 2)), k=2).shape == (0,)


def test_before_training():
    for ask in (
        lambda knn: knn.predict(np.zeros((1, 2))),
        lambda knn: knn.compute_distances_no_loops(np.zeros((1, 2))),
        lambda knn: knn.predict_labels(np.zeros((1, 2))),
    ):
        with pytest.raises(RuntimeError, match="there is no training set yet; call train first"):
            ask(KNearestNeighbor())


def test_what_is_refused():
    knn = trained(np.zeros((3, 2)))
    X = np.zeros((1, 2))
    with pytest.raises(ValueError, match="k is 4, and there are 3 training images"):
        knn.predict(X, k=4)
    with pytest.raises(ValueError, match="k must be at least 1, got 0"):
        knn.predict(X, k=0)
    with pytest.raises(ValueError, match="num_loops must be 0, 1 or 2, got 3"):
        knn.predict(X, num_loops=3)
    with pytest.raises(ValueError, match="X has 5 values for each image, and those of training"):
        knn.predict(np.zeros((1, 5)))
    with pytest.raises(ValueError, match=r"flatten the images: X.reshape\(len\(X\), -1\)"):
        knn.predict(np.zeros((1, 2, 1)))
    with pytest.raises(ValueError, match=r"dists must have shape \(2, 3\)"):
        knn.predict_labels(np.zeros((2, 4)))


def test_training_sets_that_are_refused():
    knn = trained(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"X must hold at least one image, got shape \(0, 2\)"):
        knn.train(np.zeros((0, 2)), np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match=r"y must have shape \(4,\) \(one label for each image"):
        knn.train(np.zeros((4, 2)), np.zeros(5, dtype=int))
    with pytest.raises(TypeError, match="y must hold integer labels"):
        knn.train(np.zeros((4, 2)), np.zeros(4))
    assert len(knn.X_train) == 3  # that of the last training that went well


def test_star_import():
    scope = {}
    exec("from minidl.classifiers.k_nearest_neighbor import *", scope)
    assert scope["KNearestNeighbor"] is KNearestNeighbor
    assert scope["np"] is np
