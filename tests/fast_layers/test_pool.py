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
