"""Gradients of few filters, whose lanes hold several taps of a row."""

import numpy as np
import pytest

from minidl.fast_layers import conv_backward_fast, conv_forward_fast, filter_gradients
from minidl.fast_layers import planes as plans
from minidl.fast_layers.planes import first_taps, lanes_of
from minidl.geometry import window_grid
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.twins import relative_difference


@pytest.fixture
def beside(monkeypatch):
    """Return a function that says how many taps go beside each other from now on."""
    return lambda n: monkeypatch.setattr(filter_gradients, "_taps_beside", lambda *_: n)


def gradients(x, w, param, rng):
    """Return the filters' gradient of both twins for one ``dout``."""
    out, cache = conv_forward_fast(x, w, None, param)
    dout = rng.standard_normal(out.shape).astype(x.dtype)
    naive_cache = conv_forward_naive(x, w, None, param)[1]
    return conv_backward_fast(dout, cache)[1], conv_backward_naive(dout, naive_cache)[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_beside", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "param",
    [
        {"stride": 1, "pad": 0},
        {"stride": (2, 1), "pad": ((0, 2), (2, 1))},
        {"stride": 1, "pad": (1, 2), "dilation": (2, 1)},
        {"stride": 1, "pad": "same", "groups": 2},
    ],
)
def test_equal_to_the_definition(param, n_beside, dtype, beside, rng):
    groups, wide = param.get("groups", 1), 2 * lanes_of(np.dtype(dtype))
    n_beside = min(n_beside, wide)
    n_filters = wide // n_beside  # of a group: as many as fit
    beside(n_beside)
    x = rng.standard_normal((7, 2 * groups, 6, 9)).astype(dtype)
    w = rng.standard_normal((n_filters * groups, 2, 3, 5)).astype(dtype)
    fast, naive = gradients(x, w, param, rng)
    assert relative_difference(fast, naive) < (5e-6 if dtype == "float32" else 1e-13)


@pytest.mark.parametrize("scratch", [1 << 8, 1 << 10])
def test_bands(scratch, beside, rng, monkeypatch):
    """With little scratch memory an image is worked on band by band, the last one shorter."""
    monkeypatch.setattr(plans, "SCRATCH", scratch)
    plans.canvas_of.cache_clear()
    beside(2)
    try:
        x, w = rng.standard_normal((2, 1, 17, 9)), rng.standard_normal((1, 1, 3, 3))
        fast, naive = gradients(x, w, {"stride": 1, "pad": 1}, rng)
        assert relative_difference(fast, naive) < 1e-13
    finally:
        plans.canvas_of.cache_clear()


@pytest.mark.parametrize("poison", [np.inf, -np.inf, np.nan])
def test_numbers_that_are_none_reach_the_taps_of_the_definition(poison, beside, rng):
    """The first column meets the first tap of a row alone, the last one the last tap."""
    beside(3)
    x, w = rng.standard_normal((2, 1, 5, 8)), rng.standard_normal((1, 1, 3, 3))
    x[0, 0, :, 0] = x[1, 0, :, -1] = poison
    with np.errstate(invalid="ignore"):  # infinities of both signs meet
        fast, naive = gradients(x, w, {"stride": 1, "pad": 0}, rng)
    assert np.isfinite(naive[..., 1]).all()
    np.testing.assert_allclose(fast, naive, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_taps_go_beside_each_other_where_lanes_are_empty(dtype):
    """One filter leaves all lanes but one empty, whatever the processor's vectors are."""
    dtype = np.dtype(dtype)
    lanes = lanes_of(dtype)
    grid = window_grid("op", (28, 28), (3, 3), 1, 1, 1)
    assert filter_gradients._taps_beside(grid, 1, dtype) == min(lanes, 3)
    assert filter_gradients._taps_beside(grid, lanes + 1, dtype) == 1
    for stride, dilation in [((1, 2), 1), (1, (1, 2))]:
        other = window_grid("op", (28, 28), (3, 3), stride, 1, dilation)
        assert filter_gradients._taps_beside(other, 1, dtype) == 1


def test_steps_over_a_row_of_taps():
    assert first_taps(5, 1) == [0, 1, 2, 3, 4]
    assert first_taps(5, 2) == [0, 2, 3]
    assert first_taps(5, 5) == [0]
