"""Products of matrices of any size and layout, whichever way they are computed."""

import numpy as np
import pytest

from minidl.fast_layers import products
from minidl.fast_layers.products import product

SIZES = (1, 2, 5, 12, 13, 31, 32, 33, 64, 129)


def agree(a, b, bias=None):
    """Compare with the product in double precision of the same numbers."""
    out = product(a, b, bias)
    exact = a.astype("float64") @ b.astype("float64") + (0 if bias is None else bias)
    scale = np.abs(a).astype("float64") @ np.abs(b).astype("float64") + 1
    assert out.dtype == a.dtype
    assert out.flags.c_contiguous
    assert (np.abs(out - exact) / scale).max(initial=0) < 8 * np.finfo(a.dtype).eps
    return out


@pytest.fixture
def kernel_alone(monkeypatch):
    """Let no product go to BLAS."""
    monkeypatch.setattr(products, "_done_by_one_thread", lambda *_: 0)
    monkeypatch.setattr(products.np, "dot", None)


@pytest.mark.usefixtures("kernel_alone")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n_terms", SIZES)
def test_every_rest_of_a_tile(n_terms, dtype, rng):
    for n_rows in SIZES:
        for n_columns in SIZES:
            a = rng.standard_normal((n_rows, n_terms)).astype(dtype)
            b = rng.standard_normal((n_terms, n_columns)).astype(dtype)
            agree(a, b, rng.standard_normal(n_columns).astype(dtype))


def _field(m):
    records = np.zeros(m.shape, dtype=[("number", m.dtype), ("rest", "i2")])
    records["number"] = m
    return records["number"]


LAYOUTS = {
    "rows": lambda m: m,
    "columns": np.asfortranarray,
    "reversed": lambda m: m[::-1, ::-1].copy()[::-1, ::-1],
    "every other": lambda m: np.repeat(np.repeat(m, 2, 0), 3, 1)[::2, ::3],
    "one row for all": lambda m: np.broadcast_to(m[:1], m.shape),
    "read-only": lambda m: np.frombuffer(m.tobytes(), m.dtype).reshape(m.shape),
    "fields of records": _field,
}


@pytest.mark.usefixtures("kernel_alone")
@pytest.mark.parametrize("laid_b", LAYOUTS)
@pytest.mark.parametrize("laid_a", LAYOUTS)
def test_any_layout(laid_a, laid_b, rng):
    a, b = rng.standard_normal((7, 40)), rng.standard_normal((40, 37))
    agree(LAYOUTS[laid_a](a), LAYOUTS[laid_b](b))


def test_no_rows_no_terms_no_columns():
    np.testing.assert_array_equal(product(np.ones((0, 3)), np.ones((3, 4))), np.ones((0, 4)))
    np.testing.assert_array_equal(product(np.ones((3, 4)), np.ones((4, 0))), np.ones((3, 0)))
    bias = np.arange(2.0)
    np.testing.assert_array_equal(product(np.ones((3, 0)), np.ones((0, 2)), bias), [[0, 1]] * 3)


@pytest.mark.usefixtures("kernel_alone")
@pytest.mark.parametrize("most", [1, 5, 32])
def test_rows_go_some_at_a_time(most, rng, monkeypatch):
    monkeypatch.setattr(products, "ROWS", most)
    agree(rng.standard_normal((33, 40)), rng.standard_normal((40, 37)), rng.standard_normal(37))


@pytest.mark.parametrize("limit", ["BLAS_ABOVE", "SPLIT_ABOVE"])
def test_blas_and_threads_change_nothing_but_rounding(limit, rng, monkeypatch, threads):
    monkeypatch.setattr(products, limit, 0)
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 0)
    a, b = rng.standard_normal((70, 90)), rng.standard_normal((90, 200))
    bias = rng.standard_normal(200)
    for n_threads in (1, 2, 5):
        threads(n_threads)
        once, again = agree(a, b, bias), agree(a, b, bias)
        np.testing.assert_array_equal(once, again)


@pytest.mark.usefixtures("kernel_alone")
def test_nan_and_infinity_stay_in_their_rows_and_columns(rng):
    a, b = rng.standard_normal((30, 20)), rng.standard_normal((20, 45))
    a[4, 3], b[5, 40] = np.nan, np.inf
    out = product(a, b)
    assert np.isnan(out[4]).all()
    assert not np.isfinite(out[:, 40]).any()
    kept = np.delete(np.delete(out, 4, axis=0), 40, axis=1)
    assert np.isfinite(kept).all()


VECTORS = {"row": (1, 300, 200), "column": (200, 300, 1), "outer": (200, 1, 300)}


@pytest.mark.usefixtures("kernel_alone")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("laid", LAYOUTS)
@pytest.mark.parametrize("shape", VECTORS.values(), ids=VECTORS)
def test_products_with_a_vector(shape, laid, dtype, rng, monkeypatch):
    """They do not go through the tile, whichever way the matrix lies in memory."""
    monkeypatch.setattr(products.kernels.matrices, "product", None)
    n_rows, n_terms, n_columns = shape
    a = LAYOUTS[laid](rng.standard_normal((n_rows, n_terms)).astype(dtype))
    b = LAYOUTS[laid](rng.standard_normal((n_terms, n_columns)).astype(dtype))
    agree(a, b)
    if n_terms > 1:
        agree(a, b, rng.standard_normal(n_columns).astype(dtype))


@pytest.mark.usefixtures("kernel_alone")
@pytest.mark.parametrize("laid", [np.ascontiguousarray, np.asfortranarray])
def test_a_long_sum_with_a_vector_does_not_drift(laid):
    """Equal terms round the same way every time: 0.1 is no number of float32."""
    n = 200_000
    out = product(np.full((1, n), 0.1, "float32"), laid(np.ones((n, 3), "float32")))
    np.testing.assert_allclose(out, float(np.float32(0.1)) * n, rtol=1e-5)
