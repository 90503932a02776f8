"""What only compiled normalisations of rows can get wrong: rests of vectors, threads, far means."""

import numpy as np
import pytest

from minidl.twins import TWINS, relative_difference


def results(side, name, x, dout, param):
    forward, backward = TWINS[name].implementation(side)[:2]
    gamma, beta = np.linspace(-1, 2, x.shape[1]), np.linspace(3, -1, x.shape[1])
    out, cache = forward(x, gamma.astype(x.dtype), beta.astype(x.dtype), dict(param))
    return out, *backward(dout, cache)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "param"), [("batchnorm", {"mode": "train"}), ("layernorm", {})])
def test_rows_of_every_length(name, param, dtype, rng):
    for width in (1, 2, 7, 8, 9, 15, 16, 17, 40):
        x, dout = rng.standard_normal((2, 5, width)).astype(dtype)
        naive, fast = (results(side, name, x, dout, param) for side in ("naive", "fast"))
        for expected, actual in zip(naive, fast, strict=True):
            assert relative_difference(actual, expected) <= TWINS[name].rtol[dtype]
            assert actual.dtype == dtype


@pytest.mark.parametrize(("name", "param"), [("batchnorm", {"mode": "train"}), ("layernorm", {})])
def test_a_mean_far_away_leaves_the_digits(name, param, rng):
    """Numbers near 1000 that a float tells apart: steps are in double precision."""
    x = (1000 + rng.standard_normal((20, 30))).astype("f")
    dout = rng.standard_normal((20, 30)).astype("f")
    precise = results("naive", name, x.astype(np.float64), dout.astype(np.float64), param)
    for expected, actual in zip(precise, results("fast", name, x, dout, param), strict=True):
        assert relative_difference(actual, expected) < 1e-6


def test_threads_change_nothing_but_the_order_of_sums(threads, monkeypatch, rng):
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 1)
    x, dout = rng.standard_normal((2, 11, 6))
    several = []
    for n_threads in (1, 3, 3):
        threads(n_threads)
        several.append(results("fast", "layernorm", x, dout, {}))
    for alone, together, again in zip(*several, strict=True):
        np.testing.assert_allclose(together, alone, rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(again, together)
