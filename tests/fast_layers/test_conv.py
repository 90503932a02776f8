"""What only the fast convolution can get wrong: tiles, bands, blocks, threads, scratch memory."""

import pathlib

import numpy as np
import pytest

from minidl import kernels
from minidl.fast_layers import (
    conv_backward_fast,
    conv_forward_fast,
    conv_transpose_backward_fast,
    conv_transpose_forward_fast,
    passes,
)
from minidl.fast_layers import planes as plans
from minidl.geometry import window_grid
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.twins import relative_difference


def agree(x, w, param, rng):
    """Compare all results of both sides; return the fast ones."""
    b = rng.standard_normal(len(w)).astype(x.dtype)
    expected, cache = conv_forward_naive(x, w, b, param)
    actual, _ = conv_forward_fast(x, w, b, param)
    dout = rng.standard_normal(expected.shape).astype(x.dtype)
    tolerance = 1e-12 if x.dtype == np.float64 else 1e-5
    fast = actual, *conv_backward_fast(dout, cache)
    for a, b in zip(fast, (expected, *conv_backward_naive(dout, cache)), strict=True):
        assert relative_difference(a, b) <= tolerance
    return fast


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_filters", range(1, 14))
def test_every_rest_of_a_tile_of_filters(n_filters, dtype, rng):
    x = rng.standard_normal((2, 2, 5, 6)).astype(dtype)
    w = rng.standard_normal((n_filters, 2, 2, 3)).astype(dtype)
    agree(x, w, {"stride": 1, "pad": 1}, rng)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("width", range(1, 40))
def test_every_rest_of_a_row(width, dtype, rng):
    """Rows that fill their last vector by any number of lanes."""
    x = rng.standard_normal((1, 2, 3, width)).astype(dtype)
    w = rng.standard_normal((3, 2, 2, 1)).astype(dtype)
    agree(x, w, {"stride": 1, "pad": 0}, rng)


@pytest.mark.parametrize("scratch", [1 << 8, 1 << 10, 1 << 12])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("n_filters", [4, 20])  # in lanes of columns, and in lanes of filters
def test_bands(scratch, stride, n_filters, rng, monkeypatch):
    """With little scratch memory an image is worked on band by band."""
    monkeypatch.setattr(plans, "SCRATCH", scratch)
    plans.planes_of.cache_clear()
    plans.canvas_of.cache_clear()
    try:
        x, w = rng.standard_normal((2, 5, 17, 9)), rng.standard_normal((n_filters, 5, 3, 2))
        param = {"stride": stride, "pad": ((2, 1), (0, 1)), "dilation": (2, 1)}
        grid = window_grid("op", (17, 9), (3, 2), stride, param["pad"], (2, 1))
        plan = plans.planes_of(grid, 5, n_filters, np.dtype("float64"))
        assert 1 <= plan.band <= grid.out_h
        canvas = plans.canvas_of(grid, 5, n_filters, np.dtype("float64"))
        assert len(canvas.cells) < 2 * 17 * 9
        if scratch == 1 << 8:
            assert plan.band == 1
        agree(x, w, param, rng)
    finally:
        plans.planes_of.cache_clear()
        plans.canvas_of.cache_clear()


def test_more_taps_than_a_block(rng):
    """A product is summed up 128 terms at a time; here there are 630, and 400 filters."""
    agree(
        rng.standard_normal((1, 70, 4, 5)),
        rng.standard_normal((2, 70, 3, 3)),
        {"stride": 1, "pad": 0},
        rng,
    )
    agree(
        rng.standard_normal((1, 2, 4, 5)),
        rng.standard_normal((400, 2, 3, 3)),
        {"stride": 1, "pad": 0},
        rng,
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_threads_change_nothing_but_rounding(dtype, rng, threads, monkeypatch):
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 0)
    x = rng.standard_normal((5, 3, 9, 8)).astype(dtype)
    w = rng.standard_normal((4, 3, 3, 3)).astype(dtype)
    b = rng.standard_normal(4).astype(dtype)
    results = {}
    for n_threads in (1, 2, 3, 8):
        threads(n_threads)
        for repeat in range(2):
            out, cache = conv_forward_fast(x, w, b, {"stride": 1, "pad": 1})
            results[n_threads, repeat] = out, *conv_backward_fast(np.ones_like(out), cache)
        for once, again in zip(results[n_threads, 0], results[n_threads, 1], strict=True):
            np.testing.assert_array_equal(once, again)  # bit for bit
        for alone, together in zip(results[1, 0], results[n_threads, 0], strict=True):
            assert relative_difference(together, alone) <= (1e-14 if dtype == "float64" else 1e-6)


@pytest.mark.parametrize("leftover", [np.nan, 1e30])
def test_contents_of_scratch_memory_do_not_matter(leftover, rng, monkeypatch):
    """Nothing is taken for zero: a signal handler may have used the same scratch just before."""
    monkeypatch.setattr(passes, "scratch", lambda _, shape, dtype: np.full(shape, leftover, dtype))
    for n_filters in (4, 20):
        x, w = rng.standard_normal((2, 3, 9, 11)), rng.standard_normal((n_filters, 3, 3, 3))
        agree(x, w, {"stride": (1, 2), "pad": 1}, rng)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
@pytest.mark.parametrize("which", [0, 1])
def test_shapes_that_change_while_arguments_are_read(which):
    """An argument with code of its own must not get the kernel to read outside an array."""
    x, w = np.ones((1, 64, 32, 32)), np.ones((1, 64, 1, 1))

    class Sly:
        def __index__(self):
            (x, w)[which].shape = ((1, 1, 64, 1024), (64, 1, 1, 1))[which]
            return 1

    out, _ = conv_forward_fast(x, w, np.ones(1), {"stride": Sly(), "pad": 0})
    np.testing.assert_array_equal(out, np.full((1, 1, 32, 32), 65.0))


@pytest.mark.parametrize(
    ("shape", "filters", "pad"),
    [
        ((1, 512, 4, 4), (2, 512, 3, 3), 0),
        ((2, 1, 66, 66), (1, 1, 3, 3), 1),
        ((1, 2, 4, 4), (1000, 2, 3, 3), 1),
        ((60, 1, 66, 66), (1, 1, 3, 3), 1),
        ((1, 1, 300, 301), (1, 1, 2, 2), 0),
    ],
)
def test_long_sums_of_equal_numbers_keep_their_precision(shape, filters, pad, rng):
    """Rounding errors of equal terms all point the same way; sums of sums keep them small."""
    x, w = np.ones(shape, np.float32), np.full(filters, 0.1, np.float32)
    b, param = np.zeros(filters[0], np.float32), {"stride": 1, "pad": pad}
    exact, cache = conv_forward_fast(x.astype(float), w.astype(float), b, param)
    dout = np.full(exact.shape, 0.1, np.float32)
    expected = exact, *conv_backward_fast(dout.astype(float), cache)
    for forward, backward in [
        (conv_forward_fast, conv_backward_fast),
        (conv_forward_naive, conv_backward_naive),
    ]:
        out, cache = forward(x, w, b, param)
        for a, e in zip((out, *backward(dout, cache)), expected, strict=True):
            assert relative_difference(a, e) < 5e-6


@pytest.mark.parametrize("laid", [np.ascontiguousarray, lambda a: a.T.copy().T])
def test_bias_gradients_keep_their_precision_in_any_layout(laid):
    dout = laid(np.full((3, 4, 256, 256), 0.1, np.float32))
    x, w = np.zeros((3, 1, 256, 256), np.float32), np.zeros((4, 1, 1, 1), np.float32)
    _, cache = conv_forward_fast(x, w, np.zeros(4, np.float32), {"stride": 1, "pad": 0})
    _, _, db = conv_backward_fast(dout, cache, input_gradient=False)
    assert relative_difference(db, dout.sum(axis=(0, 2, 3), dtype=np.float64)) < 1e-6


def test_bias_gradients_of_long_batches_keep_their_precision():
    dout = np.full((300_000, 1, 1, 1), 0.1, np.float32)
    cache = (
        dout,
        np.ones((1, 1, 1, 1), np.float32),
        np.zeros(1, np.float32),
        {"stride": 1, "pad": 0},
    )
    _, _, db = conv_backward_fast(dout, cache, input_gradient=False)
    assert relative_difference(db, dout.sum(axis=(0, 2, 3), dtype=np.float64)) < 1e-6


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride"),
    [((1, 1, 64, 64), (1, 1, 64, 64), 1), ((1, 1, 1, 3000), (1, 1, 1, 2000), 1)],
)
def test_windows_of_many_taps_keep_their_precision(x_shape, w_shape, stride):
    """A cell under every one of them receives as many terms as there are taps."""
    x, w = np.full(x_shape, 0.1, np.float32), np.full(w_shape, 0.1, np.float32)
    param = {"stride": stride, "pad": 0}
    out, cache = conv_transpose_forward_fast(x, w, None, param)
    exact, exact_cache = conv_transpose_forward_fast(x.astype(float), w.astype(float), None, param)
    assert relative_difference(out, exact) < 5e-6
    gradients = conv_transpose_backward_fast(out, cache)
    exact_gradients = conv_transpose_backward_fast(exact, exact_cache)
    for actual, expected in zip(gradients[:2], exact_gradients[:2], strict=True):
        assert relative_difference(actual, expected) < 5e-6


@pytest.mark.parametrize("groups", [1, 2])
def test_windows_of_more_taps_than_a_block(groups, rng):
    """Taps go back to the image in several blocks, of every channel and group."""
    x = rng.standard_normal((2, 2 * groups, 13, 14))
    w = rng.standard_normal((3 * groups, 2, 12, 11))
    agree(x, w, {"stride": 1, "pad": 1, "groups": groups}, rng)


def test_scratch_memory_is_bounded():
    """A large image goes band by band; small ones go together."""
    grid = window_grid("op", (512, 512), (3, 3), 1, 1, 1)
    plan = plans.planes_of(grid, 64, 64, np.dtype("float32"))
    assert 1 <= plan.band < 8
    assert plan.cells * 4 <= plans.SCRATCH + 128
    assert 64 * plan.flat_columns * 4 <= plans.SCRATCH
    plan = plans.canvas_of(grid, 64, 64, np.dtype("float32"))
    assert plan.fold == 1
    assert plan.canvas * 4 <= plans.SCRATCH // 2
    assert len(plan.cells) * 64 * 4 <= plans.SCRATCH // 4
    small = plans.canvas_of(window_grid("op", (4, 4), (3, 3), 1, 1, 1), 8, 32, np.dtype("float32"))
    assert small.fold == plans.BLOCK // 16
    assert len(small.cells) == plans.BLOCK


@pytest.mark.parametrize("stride", [7, 1000, 2**31 - 1])
def test_strides_beyond_the_image(stride, rng):
    x, w = rng.standard_normal((2, 2, 5, 6)), rng.standard_normal((3, 2, 2, 2))
    agree(x, w, {"stride": stride, "pad": 0}, rng)
    agree(x, w, {"stride": stride, "pad": 3}, rng)


def test_leftovers_in_scratch_memory_do_not_leak(rng):
    """A call full of NaN leaves NaN in the scratch arrays; the next call must not see it."""
    nan = np.full((2, 3, 20, 20), np.nan)
    out, cache = conv_forward_fast(nan, np.ones((7, 3, 3, 3)), np.ones(7), {"stride": 1, "pad": 0})
    conv_backward_fast(out, cache)
    for shape in [(1, 1, 5, 5), (2, 3, 7, 9), (1, 3, 20, 20)]:
        fast = agree(
            rng.standard_normal(shape),
            rng.standard_normal((5, shape[1], 3, 2)),
            {"stride": 1, "pad": 1},
            rng,
        )
        assert all(np.isfinite(a).all() for a in fast)


@pytest.mark.parametrize("poison", [np.inf, np.nan])
def test_a_cell_outside_every_window_touches_no_gradient(poison, rng):
    """The last column meets no window, yet it is loaded in one vector with cells that do."""
    x = rng.standard_normal((1, 1, 4, 4))
    x[..., -1] = poison
    w, param = np.ones((1, 1, 2, 2)), {"stride": (2, 3), "pad": 0}
    out, cache = conv_forward_fast(x, w, np.ones(1), param)
    assert out.shape == (1, 1, 2, 1)
    assert np.isfinite(out).all()
    assert all(np.isfinite(gradient).all() for gradient in conv_backward_fast(out, cache))


def test_register_tiles_have_the_sizes_that_the_plan_assumes():
    """The kernels' headers and the plan in Python name the same numbers."""
    folder = pathlib.Path(kernels.__path__[0])
    assert f"    BLOCK = {plans.BLOCK} " in (folder / "tiles.pxd").read_text()
    assert f"#define MINIDL_MOST_ROWS {plans.ROWS} " in (folder / "vector.pxd").read_text()
