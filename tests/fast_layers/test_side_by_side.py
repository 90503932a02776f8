"""Batches of small images, which are convolved pixel by pixel together."""

import numpy as np
import pytest

from minidl.fast_layers import conv_backward_fast, conv_forward_fast, side_by_side
from minidl.fast_layers.planes import lanes_of, planes_of
from minidl.geometry import conv_geometry
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.twins import relative_difference

PARAMS = [
    {"stride": 1, "pad": 0},
    {"stride": (2, 1), "pad": ((0, 2), (2, 1))},
    {"stride": 1, "pad": (1, 2), "dilation": (2, 1)},
    {"stride": 1, "pad": "same", "groups": 2},
]


@pytest.fixture
def always(monkeypatch):
    """Let whatever can go this way do so, with vectors of any length."""
    monkeypatch.setattr(side_by_side, "pays", lambda g, *_: g.grid.stride_w == 1)


def pays(x, w, param):
    """Whether the forward pass would go side by side."""
    g = conv_geometry("op", x, w, None, param)
    return side_by_side.pays(g, w.shape[0], w[0].size)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("param", PARAMS)
@pytest.mark.parametrize("rest", [0, 1, -1])
def test_equal_to_the_definition(rest, param, dtype, rng):
    n_images = 2 * lanes_of(np.dtype(dtype)) + rest
    x = rng.standard_normal((n_images, 4, 5, 6)).astype(dtype)
    w = rng.standard_normal((6, 4 // param.get("groups", 1), 3, 3)).astype(dtype)
    b = rng.standard_normal(6).astype(dtype)
    out, cache = conv_forward_fast(x, w, b, param)
    expected, naive_cache = conv_forward_naive(x, w, b, param)
    dout = rng.standard_normal(out.shape).astype(dtype)
    pairs = zip(
        (out, *conv_backward_fast(dout, cache)),
        (expected, *conv_backward_naive(dout, naive_cache)),
        strict=True,
    )
    for fast, naive in pairs:
        assert relative_difference(fast, naive) < (5e-6 if dtype == "float32" else 1e-13)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_an_image_does_not_touch_its_neighbours(poison, rng):
    x, w = rng.standard_normal((17, 8, 6, 6)), rng.standard_normal((8, 8, 3, 3))
    x[3] = poison
    out, cache = conv_forward_fast(x, w, np.zeros(8), PARAMS[0])
    assert not np.isfinite(out[3]).any()
    assert np.isfinite(np.delete(out, 3, axis=0)).all()
    dout = rng.standard_normal(out.shape)
    dout[16] = poison
    dx, _, _ = conv_backward_fast(dout, cache)
    assert not np.isfinite(dx[16]).any()
    assert np.isfinite(dx[:16]).all()


@pytest.mark.usefixtures("always")
def test_threads_change_nothing(rng, threads, monkeypatch):
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 0)
    x, w = rng.standard_normal((40, 8, 6, 6)), rng.standard_normal((8, 8, 3, 3))
    results = []
    for n_threads in (1, 3):
        threads(n_threads)
        results.append(conv_forward_fast(x, w, np.zeros(8), PARAMS[0])[0])
    np.testing.assert_array_equal(*results)


def test_few_products_do_not_pay(monkeypatch):
    x, w = np.zeros((64, 2, 4, 4)), np.zeros((1, 2, 3, 3))
    assert not pays(x, w, PARAMS[0])
    monkeypatch.setattr(side_by_side, "WORTHWHILE", 18)
    assert pays(x, w, PARAMS[0])
    assert not pays(x[:1], w, PARAMS[0])
    assert not pays(x, w, {"stride": 2, "pad": 0})
    assert not pays(np.zeros((64, 2, 4, 40)), w, PARAMS[0])


def test_large_images_go_alone(monkeypatch):
    """What lies side by side must fit into scratch memory."""
    monkeypatch.setattr(side_by_side, "WORTHWHILE", 0)
    x, w = np.broadcast_to(np.float32(0), (64, 3, 40_000, 4)), np.zeros((1, 3, 3, 3), np.float32)
    assert pays(x[:, :, :400], w, PARAMS[0])
    assert not pays(x, w, PARAMS[0])
    apart = {"stride": 1, "pad": (0, 2**27), "dilation": (1, 2**28)}  # eight times that is too much
    assert not pays(np.zeros((16, 1, 1, 1)), np.zeros((1, 1, 1, 2)), apart)


def test_rows_of_images_side_by_side_are_whole_vectors():
    """So an input gradient's sums go straight to the planes; single images seldom are."""
    g = conv_geometry("op", np.zeros((64, 2, 7, 7)), np.zeros((3, 2, 3, 3)), None, PARAMS[2])
    lanes = lanes_of(g.dtype)
    assert planes_of(side_by_side.grid_of(g), 2, 3, g.dtype).aligned
    assert planes_of(g.grid, 2, 3, g.dtype).aligned == (lanes == 1)
