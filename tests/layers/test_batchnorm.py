"""Batch normalisation: numbers by hand, CS231n's contract, and what moves the running ones."""

import re

import numpy as np
import pytest

from minidl.gradient_check import eval_numerical_gradient_array, rel_error
from minidl.twins import BACKENDS, TWINS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)
X = np.array([[1.0, 10], [3, 10], [5, 10], [7, 10]])  # means 4 and 10, biased variances 5 and 0


def passes(name, backend):
    return TWINS[name].implementation(backend)


@every_backend
def test_numbers_by_hand(backend):
    forward, backward = passes("batchnorm", backend)
    param = {"mode": "train", "eps": 4.0, "momentum": 0.75}
    out, cache = forward(X, np.array([3.0, 2]), np.array([1.0, -1]), param)
    np.testing.assert_allclose(out, [[-2, -1], [0, -1], [2, -1], [4, -1]], rtol=0, atol=1e-14)
    np.testing.assert_array_equal(param["running_mean"], [1, 2.5])
    np.testing.assert_array_equal(param["running_var"], [1.25, 0])
    dout = np.array([[1.0, 0], [0, 0], [0, 0], [0, 4]])
    dx, dgamma, dbeta = backward(dout, cache)
    # dx = gamma / 3 * (dout - mean(dout) - xhat * mean(dout * xhat)), with xhat = -1, -1/3, 1/3, 1
    np.testing.assert_allclose(dx[:, 0], [0.5, -1 / 3, -1 / 6, 0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(dx[:, 1], [-1, -1, -1, 3], rtol=0, atol=1e-14)
    np.testing.assert_allclose(dgamma, [-1, 0], rtol=0, atol=1e-14)
    np.testing.assert_array_equal(dbeta, [1, 4])


@every_backend
def test_test_mode_uses_the_running_statistics(backend):
    forward, backward = passes("batchnorm", backend)
    mean, variance = np.array([1.0, 10]), np.array([3.0, 0])
    param = {"mode": "test", "eps": 1.0, "running_mean": mean, "running_var": variance}
    out, cache = forward(X, np.array([2.0, 5]), np.zeros(2), param)
    np.testing.assert_array_equal(out, [[0, 0], [2, 0], [4, 0], [6, 0]])
    for key, array in (("running_mean", mean), ("running_var", variance)):
        np.testing.assert_array_equal(param[key], array)
        assert param[key] is not array
    dx, dgamma, dbeta = backward(np.ones((4, 2)), cache)
    np.testing.assert_array_equal(dx, [[1, 5]] * 4)  # a constant shift does shift the output
    np.testing.assert_array_equal(dgamma, [6, 0])
    np.testing.assert_array_equal(dbeta, [4, 4])


@every_backend
def test_running_statistics_approach_those_of_the_data(backend, rng):
    """What the course's notebook looks at: unit outputs in training, nearly so in testing."""
    forward, _ = passes("batchnorm", backend)
    param = {"mode": "train"}
    w = rng.standard_normal((4, 3))
    for _ in range(50):
        out, _ = forward(rng.standard_normal((200, 4)) @ w + 5, np.ones(3), np.zeros(3), param)
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), 1, atol=1e-4)
    param["mode"] = "test"
    out, _ = forward(rng.standard_normal((2000, 4)) @ w + 5, np.ones(3), np.zeros(3), param)
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=0.15)
    np.testing.assert_allclose(out.std(axis=0), 1, atol=0.15)


@every_backend
def test_running_statistics_follow_the_rule(backend, rng):
    forward, _ = passes("spatial_batchnorm", backend)
    param = {"mode": "train", "momentum": 0.7}
    mean, variance = np.zeros(3), np.zeros(3)
    for _ in range(3):
        x = rng.standard_normal((2, 3, 4, 5)) + 1
        forward(x, np.ones(3), np.zeros(3), param)
        mean = 0.7 * mean + 0.3 * x.mean(axis=(0, 2, 3))
        variance = 0.7 * variance + 0.3 * x.var(axis=(0, 2, 3))
        np.testing.assert_allclose(param["running_mean"], mean, rtol=1e-13)
        np.testing.assert_allclose(param["running_var"], variance, rtol=1e-13)


@every_backend
def test_running_statistics_keep_their_dtype_and_never_the_callers_array(backend):
    forward, _ = passes("batchnorm", backend)
    mean = np.zeros(2)
    mean.flags.writeable = False
    param = {"mode": "train", "running_mean": mean, "running_var": [1, 1]}
    out, _ = forward(X.astype(np.float32), np.ones(2, np.float32), np.zeros(2, np.float32), param)
    assert out.dtype == np.float32
    assert param["running_mean"].dtype == np.float64
    assert param["running_var"].dtype == np.float32
    param = {"mode": "train"}
    forward(X.astype(int), [1, 1], [0, 0], param)
    assert param["running_mean"].dtype == np.float64


@every_backend
@pytest.mark.parametrize("name", ["batchnorm", "batchnorm_alt", "spatial_batchnorm"])
@pytest.mark.parametrize("mode", ["train", "test"])
def test_gradients_pass_the_courses_bound(name, backend, mode, rng):
    """1e-8, on inputs such as the notebook's: of each element, of images of the largest one."""
    forward, backward = passes(name, backend)
    shape = (2, 3, 4, 5) if name == "spatial_batchnorm" else (4, 5)
    x = 5 * rng.standard_normal(shape) + 12
    gamma, beta = rng.standard_normal((2, shape[1]))
    param = {"mode": mode, "running_mean": 12 * np.ones(shape[1]), "running_var": 25 * gamma**2}
    dout = rng.standard_normal(shape)
    _, cache = forward(x, gamma, beta, param)
    for argument, gradient in zip((x, gamma, beta), backward(dout, cache), strict=True):
        numeric = eval_numerical_gradient_array(
            lambda _: forward(x, gamma, beta, param)[0], argument, dout
        )
        error = relative_difference if len(shape) == 4 else rel_error
        assert error(gradient, numeric) < 1e-8


@every_backend
def test_both_backward_passes_take_either_cache(backend, rng):
    x, dout = rng.standard_normal((2, 20, 7))
    forward, backward = passes("batchnorm", backend)
    _, alternative = passes("batchnorm_alt", backend)
    _, cache = forward(x, np.ones(7), np.zeros(7), {"mode": "train"})
    for a, b in zip(backward(dout, cache), alternative(dout, cache), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


@every_backend
def test_lists_of_integers_as_the_notebook_passes_them(backend, rng):
    forward, backward = passes("spatial_batchnorm", backend)
    x = 4 * rng.standard_normal((2, 3, 4, 5)) + 10
    out, cache = forward(x, [3, 4, 5], [6, 7, 8], {"mode": "train"})
    np.testing.assert_allclose(out.mean(axis=(0, 2, 3)), [6, 7, 8], rtol=1e-12)
    np.testing.assert_allclose(out.std(axis=(0, 2, 3)), [3, 4, 5], rtol=1e-5)
    for gradient in backward(out.astype(np.float32), cache)[1:]:
        assert gradient.dtype == np.float64


@every_backend
@pytest.mark.parametrize("name", ["batchnorm", "spatial_batchnorm"])
def test_an_empty_batch_moves_nothing(name, backend):
    forward, backward = passes(name, backend)
    x = np.zeros((0, 3) if name == "batchnorm" else (0, 3, 2, 2))
    param = {"mode": "train", "running_mean": np.ones(3), "running_var": np.full(3, 2.0)}
    out, cache = forward(x, np.ones(3), np.zeros(3), param)
    assert out.shape == x.shape
    np.testing.assert_array_equal(param["running_mean"], [1, 1, 1])
    np.testing.assert_array_equal(param["running_var"], [2, 2, 2])
    dx, dgamma, dbeta = backward(out, cache)
    assert dx.shape == x.shape
    np.testing.assert_array_equal([dgamma, dbeta], np.zeros((2, 3)))


@pytest.mark.parametrize("name", ["batchnorm", "spatial_batchnorm"])
def test_a_large_mean_costs_no_digits(name, rng):
    """float32 sums of numbers about 10,000 would lose the deviation; double ones do not."""
    shape = (300, 5) if name == "batchnorm" else (3, 5, 40, 40)
    x = (1e4 + rng.standard_normal(shape)).astype(np.float32)
    dout = rng.standard_normal(shape).astype(np.float32)
    gamma, beta = np.ones((2, 5), np.float32)
    exact = passes(name, "naive")
    expected, exact_cache = exact[0](x.astype(float), gamma, beta, {"mode": "train"})
    for backend in BACKENDS:
        forward, backward = passes(name, backend)
        out, cache = forward(x, gamma, beta, {"mode": "train"})
        assert relative_difference(out, expected) < 1e-6
        for a, b in zip(backward(dout, cache), exact[1](dout, exact_cache), strict=True):
            assert relative_difference(a, b) < 1e-6


@every_backend
def test_constant_features_give_the_shift(backend):
    forward, backward = passes("batchnorm", backend)
    x = np.full((7, 2), 0.1, np.float32)
    out, cache = forward(x, np.ones(2), [3, 4], {"mode": "train"})
    np.testing.assert_allclose(out, [[3, 4]] * 7, atol=1e-12)
    assert np.isfinite(backward(np.eye(7, 2), cache)[0]).all()


def test_threads_change_no_bit(threads, rng):
    forward, backward = passes("spatial_batchnorm", "fast")
    x, dout = rng.standard_normal((2, 8, 16, 80, 80))
    results = []
    for n_threads in (1, 3):
        threads(n_threads)
        out, cache = forward(x, np.ones(16), np.zeros(16), {"mode": "train"})
        results.append((out, *backward(dout, cache)))
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


@every_backend
def test_nothing_is_written_if_anything_is_refused(backend):
    forward, _ = passes("batchnorm", backend)
    param = {"mode": "train"}
    with pytest.raises(ValueError, match=re.escape("beta must have shape (2,)")):
        forward(X, np.ones(2), np.ones(3), param)
    assert param == {"mode": "train"}
