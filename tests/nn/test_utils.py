"""Clipping gradients: norms by hand, PyTorch's factor, and what is refused."""

import math
import re

import numpy as np
import pytest

from minidl import nn
from minidl.nn import Parameter
from minidl.nn.utils import clip_grad_norm_, clip_grad_value_, clip_gradients


def with_gradients(*gradients):
    found = [Parameter(np.zeros(np.shape(g))) for g in gradients]
    for parameter, gradient in zip(found, gradients, strict=True):
        parameter.grad = np.array(gradient, dtype=float)
    return found


@pytest.mark.parametrize(
    ("order", "norm"), [(2, 13.0), (1, 19.0), (math.inf, 12.0), ("inf", 12.0), (3, 1819 ** (1 / 3))]
)
def test_norms_by_hand(order, norm):
    first, second = with_gradients([3.0, -4.0], [[12.0, 0.0]])
    assert clip_grad_norm_([first, second], 1.0, order) == pytest.approx(norm, rel=1e-14)
    factor = 1 / (norm + 1e-6)
    np.testing.assert_allclose(first.grad, np.array([3.0, -4.0]) * factor, rtol=1e-14)
    np.testing.assert_allclose(second.grad, np.array([[12.0, 0.0]]) * factor, rtol=1e-14)


def test_small_gradients_stay_bit_for_bit():
    first, still = with_gradients([0.1, 0.2]), Parameter(np.ones(1))
    before, array = first[0].grad.copy(), first[0].grad
    assert clip_grad_norm_((p for p in [*first, still]), 1.0) == pytest.approx(0.05**0.5)
    np.testing.assert_array_equal(first[0].grad, before)
    assert first[0].grad is array
    assert still.grad is None
    assert clip_grad_norm_([still], 1.0) == 0.0
    assert clip_grad_norm_([], 1.0) == 0.0


def test_one_parameter_alone_and_dtypes():
    parameter = Parameter(np.zeros(2, np.float32))
    parameter.grad = np.array([3, 4], np.float32)
    total = clip_grad_norm_(parameter, 2.5)
    assert (type(total), total) == (float, 5.0)
    np.testing.assert_allclose(parameter.grad, [1.5, 2.0], rtol=1e-6)
    assert parameter.grad.dtype == np.float32


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_squares_neither_overflow_nor_vanish(scale):
    gradients = [np.array([3, 4], np.float32) * np.float32(scale)]
    assert clip_gradients(gradients, 1e-3) == pytest.approx(5 * scale, rel=1e-6)
    huge = [np.array([3e300, 4e300])]
    assert clip_gradients(huge, 1.0) == pytest.approx(5e300)
    np.testing.assert_allclose(huge[0], [0.6, 0.8])


def test_long_float32_gradients_keep_their_norm():
    gradient = np.full(10**6, 0.1, np.float32)
    expected = float(np.float32(0.1)) * 1000
    assert clip_gradients([gradient], 1.0) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("number", [2.0, math.inf, math.nan])
def test_an_infinite_limit_only_measures(number):
    """PyTorch's idiom for watching the norm of gradients."""
    (parameter,) = with_gradients([number, -1.0])
    norm = clip_grad_norm_(parameter, math.inf)
    np.testing.assert_equal(norm, 5**0.5 if number == 2 else number)
    clip_grad_value_(parameter, math.inf)
    np.testing.assert_array_equal(parameter.grad, [number, -1])


def test_half_precision_gradients():
    """Their sum of 70000 ones, and a limit of 1e300, are beyond half precision."""
    gradients = [np.ones(70000, np.float16)]
    assert clip_gradients(gradients, 1e300) == pytest.approx(70000**0.5)
    parameter = Parameter(np.zeros(2))
    for dtype in (np.float16, np.float32):
        parameter.grad = np.array([3, -4], dtype)
        clip_grad_value_(parameter, 1e300)
        assert parameter.grad.tolist() == [3, -4]


def test_a_norm_of_an_order_near_0_is_infinite():
    (parameter,) = with_gradients([1.0, 2.0])
    assert clip_grad_norm_(parameter, 1.0, 1e-4) == math.inf
    assert parameter.grad.tolist() == [0, 0]


def test_nan_and_infinity():
    parameters = with_gradients([1.0, math.inf], [2.0])
    before = [p.grad.copy() for p in parameters]
    with pytest.raises(RuntimeError, match="clip_grad_norm_: the norm of the gradients is inf"):
        clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal([*before[0], *before[1]], [1, math.inf, 2])
    assert clip_grad_norm_(parameters, 1.0) == math.inf
    np.testing.assert_array_equal(parameters[0].grad, [0, math.nan])
    assert parameters[1].grad[0] == 0
    parameters = with_gradients([1.0, math.nan], [2.0])
    for order in (2, math.inf):
        assert math.isnan(clip_grad_norm_(parameters, 1.0, order))
    assert np.isnan(parameters[1].grad[0])


def test_plain_arrays_in_a_dict_or_a_list():
    gradients = {"W1": np.array([[3.0, 0.0]]), "b1": np.array([4.0])}
    assert clip_gradients(gradients, 1.0) == 5.0
    np.testing.assert_allclose(gradients["W1"], [[0.6, 0]], rtol=1e-6)
    np.testing.assert_allclose(gradients["b1"], [0.8], rtol=1e-6)
    strided = np.zeros((2, 4))
    strided[:, ::2] = 1
    assert clip_gradients([strided[:, ::2]], 1.0, norm_type=1) == 4
    np.testing.assert_allclose(strided, [[0.25, 0, 0.25, 0]] * 2, rtol=1e-6)
    assert clip_gradients([np.zeros((0, 3)), np.zeros(2)], 1.0) == 0


def test_values():
    first, still = with_gradients([-3.0, 0.5, 3.0, math.nan])[0], Parameter(np.ones(1))
    array = first.grad
    assert clip_grad_value_([first, still], 2) is None
    np.testing.assert_array_equal(array, [-2, 0.5, 2, math.nan])
    assert first.grad is array
    clip_grad_value_(first, 0.25)
    np.testing.assert_array_equal(array, [-0.25, 0.25, 0.25, math.nan])


def test_utils_are_found_in_nn():
    assert nn.utils.clip_grad_norm_ is clip_grad_norm_


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: clip_grad_norm_(p, -1), ValueError, "max_norm must be at least 0, got -1"),
        (lambda p: clip_grad_norm_(p, "1"), TypeError, "max_norm must be a number, got '1'"),
        (lambda p: clip_grad_norm_(p, 1, 0), ValueError, "norm_type must be above 0; inf is"),
        (lambda p: clip_grad_norm_(p, 1, 2, None), TypeError, "error_if_nonfinite must be True"),
        (lambda p: clip_grad_norm_(p[0].grad, 1), TypeError, "must hold Parameters, got float64"),
        (lambda p: clip_grad_norm_(p * 2, 1), ValueError, "params holds the same Parameter twice"),
        (lambda p: clip_grad_value_(p, -1), ValueError, "clip_value must be at least 0"),
        (lambda p: clip_gradients([np.ones(2, int)], 1), TypeError, "gradient 0 must be an array"),
        (lambda p: clip_gradients([p[0].grad] * 2, 1), ValueError, "one array is the gradient of"),
    ],
)
def test_refusals(call, error, message):
    parameters = with_gradients([3.0, 4.0])
    with pytest.raises(error, match=re.escape(message)):
        call(parameters)
    assert parameters[0].grad.tolist() == [3, 4]


def test_read_only_gradients_are_refused_before_anything_is_written():
    first, second = np.array([3.0]), np.array([4.0])
    second.flags.writeable = False
    with pytest.raises(ValueError, match="clip_gradients: gradient 1 is read-only; pass a copy"):
        clip_gradients([first, second], 1.0)
    assert first[0] == 3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("order", [1.0, 2.0, 3.5, math.inf])
@pytest.mark.parametrize("max_norm", [0.0, 0.5, 1e6])
def test_against_pytorch(order, max_norm, dtype, rng):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")
    gradients = [rng.standard_normal(shape).astype(dtype) for shape in [(20, 30), (7,), (3, 2, 5)]]
    ours = [Parameter(np.zeros_like(g)) for g in gradients]
    theirs = [
        torch.nn.Parameter(torch.zeros(g.shape, dtype=getattr(torch, dtype))) for g in gradients
    ]
    for mine, yours, gradient in zip(ours, theirs, gradients, strict=True):
        mine.grad, yours.grad = gradient.copy(), torch.tensor(gradient)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, order).item()
    tolerance = 1e-13 if dtype == "float64" else 2e-6
    assert clip_grad_norm_(ours, max_norm, order) == pytest.approx(expected, rel=tolerance)
    for mine, yours in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad, yours.grad.numpy(), rtol=tolerance)
    torch.nn.utils.clip_grad_value_(theirs, 0.01)
    clip_grad_value_(ours, 0.01)
    for mine, yours in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad, yours.grad.numpy(), rtol=tolerance)
