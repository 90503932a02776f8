"""What only the fast pooling can get wrong: long sums, threads, tables of windows, memory."""

import tracemalloc

import numpy as np
import pytest

from minidl import fast_layers
from minidl.fast_layers import pad_backward_fast, pool
from minidl.layers import pad_backward_naive
from minidl.twins import TWINS, relative_difference


def param(height, width, stride=1, **more):
    return {"pool_height": height, "pool_width": width, "stride": stride, **more}


@pytest.mark.parametrize("name", ["max_pool", "avg_pool"])
@pytest.mark.parametrize("backend", ["naive", "fast"])
def test_cells_in_many_windows_keep_their_precision(name, backend):
    """Every window of the maximum has the same winner, in the middle."""
    x = np.zeros((1, 1, 95, 95), np.float32)
    x[0, 0, 47, 47] = 1
    forward, backward = TWINS[name].implementation(backend)
    out, cache = forward(x, param(48, 48))
    dx = backward(np.full(out.shape, 0.1, np.float32), cache)
    share = np.float64(np.float32(0.1)) / (48 * 48 if name == "avg_pool" else 1)
    assert dx.dtype == np.float32
    assert dx[0, 0, 47, 47] == pytest.approx(48 * 48 * share, rel=1e-6)


def test_repeated_cells_keep_their_precision():
    dout = np.full((1, 1, 201, 201), 0.1, np.float32)
    cache = np.ones((1, 1, 1, 1), np.float32), {"pad": 100, "mode": "replicate"}
    for backward in (pad_backward_naive, pad_backward_fast):
        assert backward(dout, cache)[0, 0, 0, 0] == pytest.approx(201 * 201 * 0.1, rel=1e-6)


@pytest.mark.parametrize("name", ["max_pool", "avg_pool"])
def test_threads_change_nothing(name, threads, monkeypatch, rng):
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 1)
    parts = []
    kernel = {"max_pool": "max_forward", "avg_pool": "average_forward"}[name]
    right = getattr(pool.kernels.pool, kernel)

    class Watched:
        def __getattr__(self, asked):
            return getattr(right_kernels, asked) if asked != kernel else self.run

        def run(self, x, *rest):
            parts.append(len(x))
            right(x, *rest)

    right_kernels = pool.kernels.pool
    monkeypatch.setattr(pool.kernels, "pool", Watched())
    x = rng.standard_normal((7, 3, 9, 8))
    forward, backward = TWINS[name].fast
    results = []
    for n_threads in (1, 3):
        threads(n_threads)
        out, cache = forward(x, param(3, 2, 2))
        results.append((out, backward(np.cos(out), cache)))
    assert parts[0] == 7
    assert sorted(parts[1:]) == [2, 2, 3]
    for alone, together in zip(*results, strict=True):
        np.testing.assert_array_equal(alone, together)


def test_long_rows_take_no_longer_than_their_numbers():
    """Tables of windows are made by arrays, and large ones are not kept."""
    pool._remembered_tables.cache_clear()
    x = np.zeros((1, 1, 1, 400_000), np.float32)
    tracemalloc.start()
    try:
        out, _ = fast_layers.max_pool_forward_fast(x, param(1, 2, (1, 2)))
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert pool._remembered_tables.cache_info().currsize == 0
    assert kept < out.nbytes + 100_000
    assert peak < 40 * x.nbytes
    assert relative_difference(out, np.zeros((1, 1, 1, 200_000))) == 0


def winners(rng, shape, dtype):
    """Images of few different numbers, with many ties, zeros of both signs, NaN and infinities."""
    pool_of_numbers = [-np.inf, -1.0, -0.0, 0.0, 0.0, 2.0, 2.0, np.inf, np.nan]
    return rng.choice(pool_of_numbers, shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pairs_hand_gradients_to_the_first_maximum(dtype, rng):
    """Rows of every length, so whole vectors and what they leave over; odd sizes too."""
    forward, backward = TWINS["max_pool"].fast
    naive_forward, naive_backward = TWINS["max_pool"].naive
    for width in range(2, 40):
        x = winners(rng, (2, 2, 2 + width % 5, width), dtype)
        out, cache = forward(x, param(2, 2, 2))
        expected, _ = naive_forward(x, param(2, 2, 2))
        np.testing.assert_array_equal(out, expected, strict=True)
        np.testing.assert_array_equal(np.signbit(out), np.signbit(expected))
        dout = 1 + rng.random(out.shape).astype(dtype)
        dx = backward(dout, cache)
        np.testing.assert_array_equal(dx, naive_backward(dout, cache), strict=True)


@pytest.mark.parametrize(
    ("size", "more", "short"),
    [
        ((2, 2), {}, True),
        ((7, 9), {}, True),
        ((6, 6), {"stride": (2, 2), "dilation": 1, "pad": 0}, True),
        ((6, 6), {"pad": 1}, False),
        ((7, 7), {"ceil_mode": True}, False),
        ((6, 6), {"ceil_mode": True}, True),
        ((7, 7), {"pad": ((0, 1), (0, 1))}, False),
        ((6, 6), {"stride": (2, 1)}, False),
        ((6, 6), {"dilation": (1, 2)}, False),
    ],
)
def test_pairs_are_taken_for_whole_windows_only(size, more, short, monkeypatch, rng):
    taken = []
    original = pool._in_pairs
    monkeypatch.setattr(pool, "_in_pairs", lambda grid: taken.append(original(grid)) or taken[-1])
    x = winners(rng, (3, 2, *size), "float32")
    asked = param(2, 2, 2) | more
    out, cache = TWINS["max_pool"].fast[0](x, asked)
    expected, _ = TWINS["max_pool"].naive[0](x, asked)
    np.testing.assert_array_equal(out, expected)
    dout = rng.random(out.shape, np.float32)
    dx = TWINS["max_pool"].fast[1](dout, cache)
    np.testing.assert_array_equal(dx, TWINS["max_pool"].naive[1](dout, cache))
    assert taken == [short, short]


def test_pairs_of_an_empty_batch_and_of_integers():
    out, cache = fast_layers.max_pool_forward_fast(np.ones((0, 2, 4, 4)), param(2, 2, 2))
    assert out.shape == (0, 2, 2, 2)
    assert fast_layers.max_pool_backward_fast(out, cache).shape == (0, 2, 4, 4)
    numbers = np.arange(16).reshape(1, 1, 4, 4)
    out, cache = fast_layers.max_pool_forward_fast(numbers, param(2, 2, 2))
    assert out.tolist() == [[[[5, 7], [13, 15]]]]
    assert fast_layers.max_pool_backward_fast(out, cache).sum() == 40
