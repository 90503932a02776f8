"""What every trace must keep to, and random layers small enough to be told."""

import math

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from minidl.geometry import conv_geometry

MOST_PRODUCTS = 250  # of a forward pass, so that a hundred stories take a second or two


def of_pass(told, name):
    """Return the one pass of this name."""
    (found,) = (p for p in told.passes if p.name == name)
    return found


def assert_adds_up(told, rtol=0.0):
    """Every step makes its cell of the layer's own array from cells of the trace's arrays."""
    for one in told.passes:
        result = told.arrays[one.result]
        assert [step.index for step in one.steps] == list(np.ndindex(result.shape))
        for step in one.steps:
            assert step.value == result[step.index] or math.isnan(step.value)
            for term in step.terms:
                assert term.value == math.prod(assert_is_a_cell(f, told) for f in term.factors)
            made = _made(one, step)
            where = f"{one.name}{step.index}: {made}, and the layer says {step.value}"
            assert math.isclose(made, step.value, rel_tol=rtol, abs_tol=rtol), where


def assert_is_a_cell(factor, told):
    """A factor is what its array holds, or 0 outside of it; return its value."""
    array = told.arrays[factor.array]
    inside = all(0 <= k < size for k, size in zip(factor.index, array.shape, strict=True))
    assert factor.padding != inside
    assert factor.value == (array[factor.index] if inside else 0)
    return factor.value


def _made(one, step):
    """Return what the terms of a step make, as the contract of ``combines`` has it."""
    counting = [term.value for term in step.terms if term.counts]
    if one.combines == "max":
        assert counting == [max(term.value for term in step.terms)]
    if one.combines == "pass":
        assert len(step.terms) == 1
    if one.combines != "mean":
        assert step.divisor == 1
    return math.fsum(counting) / step.divisor


@st.composite
def _axis(draw, most_dilation=2):
    """One axis: (size, taps, stride, dilation, before, after), on which a window fits."""
    taps, dilation = draw(st.integers(1, 3)), draw(st.integers(1, most_dilation))
    extent = (taps - 1) * dilation + 1
    before, after = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    size = draw(st.integers(max(extent - before - after, 1), 5))
    return size, taps, draw(st.integers(1, 3)), dilation, before, after


def _numbers(draw, *shapes):
    """Return small integers of one dtype, of which every sum is exact."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype = draw(st.sampled_from(["float32", "float64", "int64", "int8"]))
    return [rng.integers(-4, 5, shape).astype(dtype) for shape in shapes]


@st.composite
def convolutions(draw):
    """Arguments (x, w, b, conv_param) of a convolution with few cells."""
    rows, columns = draw(_axis()), draw(_axis())
    groups, filters = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    channels, n = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    sides = ((rows[4], rows[5]), (columns[4], columns[5]))
    param = {
        "stride": (rows[2], columns[2]),
        "dilation": (rows[3], columns[3]),
        "groups": groups,
        "pad": draw(st.sampled_from([sides, "same"])),
    }
    w_shape = groups * filters, channels, rows[1], columns[1]
    x_shape = n, groups * channels, rows[0], columns[0]
    x, w, b = _numbers(draw, x_shape, w_shape, w_shape[:1])
    assume(conv_geometry("case", x, w, b, param).multiply_adds <= MOST_PRODUCTS)
    return x, w, draw(st.sampled_from([b, None])), param


@st.composite
def poolings(draw, maximum):
    """Arguments (x, pool_param) of a pooling with few cells."""
    axes, sides = [], []
    for _ in range(2):
        size, taps, stride, dilation, before, after = draw(_axis(2 if maximum else 1))
        widest = taps - 1  # or a window would hold padding alone
        axes.append((max(size, (taps - 1) * dilation + 1), taps, stride, dilation))
        sides.append((min(before, widest), min(after, widest)))
    sizes, taps, strides, dilations = zip(*axes, strict=True)
    param = {"pool_height": taps[0], "pool_width": taps[1], "stride": strides}
    param |= {"pad": tuple(sides), "ceil_mode": draw(st.booleans())}
    if maximum:
        param["dilation"] = dilations
    else:
        param["count_include_pad"] = draw(st.booleans())
    shape = draw(st.integers(1, 2)), draw(st.integers(1, 2)), *sizes
    return *_numbers(draw, shape), param
