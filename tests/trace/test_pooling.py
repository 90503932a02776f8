"""The stories of pooling and ReLU: who counts, and what comes back."""

import numpy as np
import pytest
from geometries import search
from hypothesis import given
from hypothesis import strategies as st
from stories import assert_adds_up, of_pass, poolings

from minidl import trace
from minidl.layers import (
    avg_pool_backward_naive,
    avg_pool_forward_naive,
    max_pool_backward_naive,
    max_pool_forward_naive,
    relu_backward,
    relu_forward,
)

TWO = {"pool_height": 2, "pool_width": 2}


def assert_arrays(told, forward, backward, dout, *arguments):
    out, cache = forward(*arguments)
    np.testing.assert_array_equal(told.arrays["out"], out)
    np.testing.assert_array_equal(told.arrays["dx"], backward(dout, cache))


def gradient_for(out):
    return np.random.default_rng(1).integers(-4, 5, out.shape).astype(out.dtype)


@search
@given(poolings(maximum=True))
def test_max_pooling_adds_up(case):
    dout = gradient_for(max_pool_forward_naive(*case)[0])
    told = trace.max_pool(*case, dout)
    assert [p.name for p in told.passes] == ["forward", "input-gradient"]
    assert_adds_up(told)
    assert_arrays(told, max_pool_forward_naive, max_pool_backward_naive, dout, *case)
    seen, received = ({} for _ in range(2))
    for step in of_pass(told, "forward").steps:
        seen |= {(t.factors[0].index, step.index): t.counts for t in step.terms}
    for step in of_pass(told, "input-gradient").steps:
        received |= {(step.index, t.factors[0].index): t.counts for t in step.terms}
    assert seen == received


@search
@given(poolings(maximum=False))
def test_average_pooling_adds_up(case):
    dout = gradient_for(avg_pool_forward_naive(*case)[0])
    told = trace.avg_pool(*case, dout)
    assert_adds_up(told, rtol=1e-6 if told.arrays["out"].dtype == np.float32 else 1e-14)
    assert_arrays(told, avg_pool_forward_naive, avg_pool_backward_naive, dout, *case)
    for step in of_pass(told, "forward").steps:
        assert step.divisor == len(step.terms)
        assert case[1]["count_include_pad"] or not any(t.factors[0].padding for t in step.terms)


def test_windows_of_different_sizes_share_differently():
    told = trace.avg_pool(np.ones((3, 3)), {**TWO, "ceil_mode": True})
    assert told.arrays["share"][0, 0].tolist() == [[0.25, 0.5], [0.5, 1]]
    assert of_pass(told, "input-gradient").combines == "sum"
    assert_adds_up(told)
    even = trace.avg_pool(np.ones((4, 4)), TWO)
    assert "share" not in even.arrays
    assert of_pass(even, "input-gradient").combines == "mean"
    assert {step.divisor for step in of_pass(even, "input-gradient").steps} == {4}


def test_ties_and_nan_have_the_winner_of_the_layer():
    told = trace.max_pool([[1, 1], [1, 1]], TWO)
    (step,) = told.passes[0].steps
    assert [term.counts for term in step.terms] == [True, False, False, False]
    told = trace.max_pool([[1, np.nan], [np.nan, 2]], TWO)
    (step,) = told.passes[0].steps
    assert [term.counts for term in step.terms] == [False, True, False, False]
    assert np.isnan(step.value)


def test_a_cell_is_told_what_it_has_won():
    told = trace.max_pool([[1, 5, 2]], {"pool_height": 1, "pool_width": 2, "stride": 1})
    says = [step.says for step in of_pass(told, "input-gradient").steps]
    assert says == [
        "won no window, so nothing comes back",
        "won 2 of 2 windows on it",
        "won no window, so nothing comes back",
    ]
    told = trace.max_pool([[1, 5, 7]], {"pool_height": 1, "pool_width": 2, "stride": 1})
    says = [step.says for step in of_pass(told, "input-gradient").steps]
    assert says[1:] == ["won 1 of 2 windows on it", "won the only window on it"]
    left_over = trace.max_pool(np.ones((1, 3)), {"pool_height": 1, "pool_width": 2})
    assert of_pass(left_over, "input-gradient").steps[-1].says == "no window lies on this cell of x"


def test_an_average_says_whether_padding_counts():
    padded = {**TWO, "pad": 1}
    for param, said in [
        (TWO, "divided by how many they are."),
        (padded, "how many they are, the zeros of the padding among them."),
        ({**padded, "count_include_pad": False}, "how many they are; the padding does not count."),
    ]:
        assert of_pass(trace.avg_pool(np.ones((4, 4)), param), "forward").says.endswith(said)


def test_pooling_parameters_are_spelled_out():
    told = trace.avg_pool(np.ones((4, 6)), {"global_pool": True})
    assert told.param == {
        "pool_height": 4,
        "pool_width": 6,
        "stride": (1, 1),
        "pad": ((0, 0), (0, 0)),
        "ceil_mode": False,
        "count_include_pad": True,
    }
    for param in (TWO, {**TWO, "global_pool": False}):
        assert trace.max_pool(np.ones((4, 6)), param).param["stride"] == (2, 2)
    assert "dilation" in trace.max_pool(np.ones((4, 6)), TWO).param


@pytest.mark.parametrize("stride", [(2, 1), (1, 2)])
def test_a_window_that_ends_beyond_the_padding_averages_what_is_there(stride):
    param = {**TWO, "pool_height": 3, "pool_width": 3, "pad": 1, "stride": stride}
    told = trace.avg_pool(np.ones((4, 4)), {**param, "ceil_mode": True})
    assert_adds_up(told, rtol=1e-14)
    for step in of_pass(told, "forward").steps:
        assert step.divisor == len(step.terms)
    assert {step.divisor for step in of_pass(told, "forward").steps} == {9, 6}


@pytest.mark.parametrize("pool", [trace.max_pool, trace.avg_pool])
def test_pooling_numbers_that_are_none_without_a_warning(pool):
    told = pool([[np.inf, -np.inf]], {"pool_height": 1, "pool_width": 2}, [[np.inf]])
    assert str(told.passes[0].steps[0].value) == ("inf" if pool is trace.max_pool else "nan")


@pytest.mark.parametrize("pool", [trace.max_pool, trace.avg_pool])
def test_pooling_refusals(pool):
    name = f"trace.{pool.__name__}"
    with pytest.raises(ValueError, match=f"{name}: x has 441 cells"):
        pool(np.ones((21, 21)), TWO)
    nine = {"pool_height": 3, "pool_width": 3, "stride": 1}
    with pytest.raises(ValueError, match=f"{name}: the story would have 5832 terms"):
        pool(np.ones((20, 20)), nine)
    with pytest.raises(ValueError, match=f"{name}: window height 2 exceeds"):
        pool(np.ones((1, 3)), TWO)
    with pytest.raises(ValueError, match=f"{name}: pool_param lacks the key 'pool_width'"):
        pool(np.ones((3, 3)), {"pool_height": 2, "stride": 1})
    with pytest.raises(TypeError, match=f"{name}: pool_height must be an integer, got array"):
        pool(np.ones((3, 3)), {"pool_height": np.array([1, 2]), "pool_width": 2})
    with pytest.raises(TypeError, match="pool_param must be a dict"):
        pool(np.ones((3, 3)), 2)


@search
@given(st.lists(st.integers(1, 4), min_size=0, max_size=4), st.sampled_from(["float32", "int64"]))
def test_relu_adds_up(shape, dtype):
    rng = np.random.default_rng(len(shape))
    x, dout = (rng.integers(-3, 4, shape).astype(dtype) for _ in range(2))
    told = trace.relu(x, dout)
    assert_adds_up(told)
    assert_arrays(told, relu_forward, relu_backward, dout, x)


def test_relu_says_why():
    told = trace.relu([3, 0, np.nan], [1, 2, 4])
    assert [step.says for step in told.passes[0].steps] == [
        "x is 3, above 0",
        "x is 0, not above 0, so 0 is left",
        "x is nan",
    ]
    assert [step.says for step in told.passes[1].steps][1:] == [
        "x is 0, not above 0, so nothing comes back",
        "x is nan, not above 0, so nothing comes back",
    ]
    assert [step.value for step in told.passes[1].steps] == [1, 0, 0]
    told = trace.relu([1234567.0, -0.0])
    assert told.passes[0].steps[0].says == "x is 1234567, above 0"  # as the equation has it
    assert told.passes[0].steps[1].says == "x is 0, not above 0, so 0 is left"


def test_relu_refusals():
    with pytest.raises(ValueError, match=r"trace.relu: dout must have shape \(2,\)"):
        trace.relu([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="trace.relu: x has no cells"):
        trace.relu([])
    assert "No dout was given" in trace.relu([1.0]).passes[1].says
