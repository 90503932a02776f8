"""Any geometry, dtype, memory layout and values: one answer from both twins, and right gradients.

``MINIDL_EXAMPLES=4000 pytest tests/test_properties.py`` tries more of them.
"""

import numpy as np
from geometries import (
    ROUNDING,
    activations,
    convolutions,
    frames,
    normalizations,
    poolings,
    search,
    sequences,
    transposed_convolutions,
)
from hypothesis import given

from minidl import fast_layers, layers
from minidl.gradient_check import check_gradient
from minidl.im2col import conv_backward_im2col, conv_forward_im2col
from minidl.twins import TWINS


def upstream(case, out):
    """An upstream gradient in the dtype of the case, the same whenever it is asked for."""
    return np.random.default_rng(7).standard_normal(out.shape).astype(case[0].dtype)


def passes(functions, case, dout):
    """Return the output and all gradients."""
    forward, backward = functions
    out, cache = forward(*case)
    gradients = backward(dout, cache)
    return [out, *(gradients if isinstance(gradients, tuple) else (gradients,))]


def magnitudes(twin, case, dout):
    """The largest sum of magnitudes behind each result: what rounding errors are relative to."""
    positive = tuple(abs(a) if isinstance(a, np.ndarray) else a for a in case)
    return [None if a is None else a.max(initial=0) for a in passes(twin.fast, positive, abs(dout))]


def agree(results, expected, scales, dtype):
    for actual, wanted, scale in zip(results, expected, scales, strict=True):
        if wanted is None:
            assert actual is None
        else:
            assert actual.shape == wanted.shape
            assert actual.dtype == wanted.dtype
            gap = np.max(np.abs(actual - wanted), initial=0)
            assert gap <= ROUNDING[np.dtype(dtype).name] * scale


def twins_agree(name, case):
    """Hold both sides to each other; return the upstream gradient, the results and their scales."""
    twin, dtype = TWINS[name], case[0].dtype.newbyteorder("=")
    out, _ = twin.fast[0](*case)
    dout = upstream(case, out)
    fast, naive = (passes(side, case, dout) for side in (twin.fast, twin.naive))
    scales = magnitudes(twin, case, dout)
    agree(fast, naive, scales, dtype)
    return dout, fast, scales


def largest(array):
    return np.max(np.abs(array), initial=0)


def _gentle(argument, rng):
    """Return an argument of that shape whose numbers let differences see the slope.

    A deviation near 0 makes a normalisation too steep for that, and its sums too large.
    """
    if isinstance(argument, np.ndarray):
        return rng.standard_normal(argument.shape)
    if isinstance(argument, dict) and "eps" in argument:
        statistics = {
            key: rng.random(a.shape) for key, a in argument.items() if isinstance(a, np.ndarray)
        }
        return {**argument, **statistics, "eps": 1.0}
    return argument


def gradients_are_right(name, case, dout):
    """The fast backward equals the slope of forward, for arrays of such shapes, in float64."""
    rng = np.random.default_rng(3)
    case = tuple(_gentle(a, rng) if name != "max_pool" else a for a in case)
    forward, _ = TWINS[name].fast
    _, *gradients = passes(TWINS[name].fast, case, dout.astype(np.float64))
    for array, gradient in zip(case, gradients, strict=False):
        if gradient is not None and array.size:
            assert check_gradient(lambda _: np.sum(forward(*case)[0] * dout), array, gradient)


@search
@given(convolutions())
def test_convolution(case):
    dout, results, scales = twins_agree("conv", case)
    gradients_are_right("conv", case, dout)
    x, w, _, param = case
    dtype = x.dtype.newbyteorder("=")
    _, dx, dw, _ = results
    for package, suffix in ((fast_layers, "fast"), (layers, "naive")):
        input_gradient = getattr(package, f"conv_input_gradient_{suffix}")
        filter_gradient = getattr(package, f"conv_filter_gradient_{suffix}")
        alone = [input_gradient(dout, w, x.shape, param), filter_gradient(dout, x, w.shape, param)]
        agree(alone, [dx, dw], scales[1:3], dtype)
    agree(passes((conv_forward_im2col, conv_backward_im2col), case, dout), results, scales, dtype)


@search
@given(convolutions(dtypes=("float64",)))
def test_gradients_are_the_adjoints_of_convolution(case):
    """``<conv(x, w), dout> = <x, input_gradient(dout)> = <w, filter_gradient(dout)>``."""
    x, w, _, param = case
    out, _ = fast_layers.conv_forward_fast(x, w, None, param)
    dout = upstream(case, out)
    products = [
        out * dout,
        x * fast_layers.conv_input_gradient_fast(dout, w, x.shape, param),
        w * fast_layers.conv_filter_gradient_fast(dout, x, w.shape, param),
    ]
    whole, _ = fast_layers.conv_forward_fast(abs(x), abs(w), None, param)
    scale = np.sum(whole * abs(dout))
    for product in products[1:]:
        assert abs(product.sum() - products[0].sum()) <= 1e-13 * scale


@search
@given(sequences())
def test_1d_convolution(case):
    dout, _, _ = twins_agree("conv1d", case)
    gradients_are_right("conv1d", case, dout)


@search
@given(transposed_convolutions())
def test_transposed_convolution(case):
    dout, _, _ = twins_agree("conv_transpose", case)
    gradients_are_right("conv_transpose", case, dout)


@search
@given(poolings(maximum=True))
def test_max_pooling(case):
    """The same cells win, bit for bit; what several windows hand to one cell is rounded."""
    out, _ = TWINS["max_pool"].fast[0](*case)
    dout = upstream(case, out)
    fast, naive = (
        passes(side, case, dout) for side in (TWINS["max_pool"].fast, TWINS["max_pool"].naive)
    )
    np.testing.assert_array_equal(fast[0], naive[0])
    np.testing.assert_array_equal(fast[1] != 0, naive[1] != 0)
    scale = passes(TWINS["max_pool"].fast, case, abs(dout))[1].max(initial=0)
    agree(fast[1:], naive[1:], [scale], case[0].dtype)
    x, param = case
    apart = np.random.default_rng(0).permutation(x.size).reshape(x.shape) / max(x.size, 1)
    gradients_are_right("max_pool", (apart, param), dout)


@search
@given(poolings(maximum=False))
def test_average_pooling(case):
    dout, _, _ = twins_agree("avg_pool", case)
    gradients_are_right("avg_pool", case, dout)


@search
@given(frames())
def test_padding(case):
    dout, _, _ = twins_agree("pad", case)
    gradients_are_right("pad", case, dout)


@search
@given(normalizations())
def test_normalization(named):
    """What is rounded are the terms of each sum, of which those of a gradient nearly cancel."""
    name, case = named
    twin, dtype = TWINS[name], case[0].dtype.newbyteorder("=")
    out, (x, gamma, mean, inverse_std, *_) = twin.naive[0](*case)
    dout = upstream(case, out)
    fast, naive = (passes(side, case, dout) for side in (twin.fast, twin.naive))
    xhat = (largest(x) + largest(mean)) * largest(inverse_std)
    slope = largest(gamma) * largest(inverse_std) * (1 + xhat * min(xhat, x.size**0.5))
    total = np.abs(dout).sum()
    scales = [largest(gamma) * xhat + largest(case[2]), slope * largest(dout), total * xhat, total]
    agree(fast, naive, scales, dtype)
    gradients_are_right(name, case, dout)


@search
@given(activations())
def test_activation(named):
    name, case = named
    twin, (x, *_) = TWINS[name], case
    dout = upstream(case, x)
    fast, naive = (passes(side, case, dout) for side in (twin.fast, twin.naive))
    steepest = 3  # the largest of leaky slopes; that of GELU is 1.13
    scales = [steepest * max(largest(x), 1), steepest * largest(dout)]
    agree(fast, naive, scales, x.dtype.newbyteorder("="))
    gradients_are_right(name, case, dout)
