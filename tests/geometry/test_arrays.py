"""Promotion of dtypes, and what is refused about arrays and numbers."""

import numpy as np
import pytest

from minidl.geometry import (
    float_arrays,
    float_dtype,
    integer,
    real_array,
)

PROMOTED = [
    (("float32",), "float32"),
    (("float64",), "float64"),
    (("float16",), "float32"),
    (("bool",), "float32"),
    (("uint8",), "float32"),
    (("int16",), "float32"),
    (("int32",), "float64"),
    (("int64",), "float64"),
    (("float32", "float64"), "float64"),
    (("float32", "int64"), "float64"),
    (("float32", "int8"), "float32"),
    (("float16", "float16"), "float32"),
    ((">f4", "<f4"), "float32"),
    ((">f8", "float32"), "float64"),
]


@pytest.mark.parametrize(("given", "expected"), PROMOTED)
def test_promotion(given, expected):
    arrays = {f"a{k}": np.ones(2, dtype) for k, dtype in enumerate(given)}
    dtype, promoted = float_arrays("op", **arrays)
    assert dtype == np.dtype(expected)
    assert dtype.isnative
    assert all(a.dtype == dtype and a.dtype.isnative for a in promoted)


def test_arrays_that_fit_are_not_copied():
    a = np.ones(3, np.float32)
    _, (b,) = float_arrays("op", a=a)
    assert np.shares_memory(a, b)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_an_array_is_looked_at_once():
    """Whoever changes the shape of the caller's array later changes nothing that was checked."""
    a = np.ones((2, 3))
    b = real_array("op", "a", a)
    a.shape = (6,)
    assert b.shape == (2, 3)


def test_tensors_that_refuse_to_be_arrays_are_named():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("detach me first")

    with pytest.raises(TypeError, match="op: a cannot be read as an array: detach me first"):
        real_array("op", "a", Tensor())


def test_only_optional_arrays_may_be_none():
    dtype, (a, b) = float_arrays("op", ("b",), a=[1.5], b=None)
    assert dtype == np.float64
    assert a.tolist() == [1.5]
    assert b is None
    with pytest.raises(TypeError, match="op: a must hold real numbers, got dtype object"):
        float_arrays("op", ("b",), a=None, b=None)


@pytest.mark.parametrize("value", [1j, "a", None, b"x", object(), [None, 1], {}, [1, "2"]])
def test_values_that_are_no_real_numbers(value):
    with pytest.raises(TypeError, match="op: a must hold real numbers, got dtype"):
        real_array("op", "a", value)


def test_ragged_lists():
    with pytest.raises(ValueError, match="op: a is not a rectangular array"):
        real_array("op", "a", [[1, 2], [3]])


def test_float_dtype():
    for dtype in ("float32", np.float32, np.dtype(">f4")):
        assert float_dtype("op", dtype) == np.dtype("float32")
    for dtype in ("float16", int, None, "nonsense", "f4,,", 7):
        with pytest.raises(ValueError, match="op: dtype must be float32 or float64, got"):
            float_dtype("op", dtype)


def test_integer():
    assert integer("op", "n", np.int8(3), 1) == 3
    for value in (1.0, "1", None, True, np.bool_(True), [1]):
        with pytest.raises(TypeError, match="op: n must be an integer, got"):
            integer("op", "n", value, 0)
    with pytest.raises(ValueError, match="op: n must be at least 1, got 0"):
        integer("op", "n", 0, 1)
    with pytest.raises(ValueError, match="op: n must be at most 2147483647, got 2147483648"):
        integer("op", "n", 2**31, 1)
    for huge in (10**5000, -(10**5000)):
        with pytest.raises(ValueError, match="op: n must be at .*, got one of many digits"):
            integer("op", "n", huge, 1)


def test_masks_are_not_lost():
    with pytest.raises(
        TypeError, match="op: x is masked, and the mask would be lost; use x.filled"
    ):
        real_array("op", "x", np.ma.masked_greater([1.0, 2.0], 1.5))
