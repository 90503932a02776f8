"""A convolution's story adds up to what the layer says, in every pass and for every geometry."""

import numpy as np
import pytest
from geometries import search
from hypothesis import given
from stories import assert_adds_up, convolutions, of_pass
from worked_examples import FILTER_GRADIENT, FORWARD, INPUT_GRADIENT, X

from minidl import trace
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.trace.rotated import rotated, spread
from minidl.trace.terms import MOST_CELLS, MOST_TERMS

PASSES = ["forward", "filter-gradient", "input-gradient", "rotated-filter"]


@search
@given(convolutions())
def test_every_pass_adds_up(case):
    x, w, b, _ = case
    out, cache = conv_forward_naive(*case)
    dout = np.random.default_rng(0).integers(-4, 5, out.shape).astype(out.dtype)
    told = trace.convolution(*case, dout)
    assert [p.name for p in told.passes] == PASSES + ["bias-gradient"] * (b is not None)
    assert_adds_up(told)
    made = dict(zip(("dx", "dw", "db"), conv_backward_naive(dout, cache), strict=True), out=out)
    for name, expected in {**made, "x": x, "w": w, "dout": dout}.items():
        if expected is not None:
            np.testing.assert_array_equal(told.arrays[name], expected, name)
    assert {a.dtype for a in told.arrays.values()} == {out.dtype}


@search
@given(convolutions())
def test_the_forward_pass_meets_every_tap_once(case):
    told = trace.convolution(*case)
    _, w, b, _ = case
    for step in of_pass(told, "forward").steps:
        f = step.index[1]
        taps = [term.factors[1] for term in step.terms if len(term.factors) == 2]
        assert [tap.index for tap in taps] == [(f, *tap) for tap in np.ndindex(w.shape[1:])]
        biases = [term.factors for term in step.terms if len(term.factors) == 1]
        assert [only.index for (only,) in biases] == [(f,)] * (b is not None)
        assert biases == [term.factors for term in step.terms[len(taps) :]]


@search
@given(convolutions())
def test_the_input_gradient_names_the_outputs_that_a_cell_fed(case):
    """The same products as the forward pass, but for those of the padding."""
    told = trace.convolution(*case)
    forward, backward = set(), set()
    for step in of_pass(told, "forward").steps:
        for term in step.terms:
            if len(term.factors) == 2 and not term.factors[0].padding:
                forward.add((step.index, term.factors[0].index, term.factors[1].index))
    for step in of_pass(told, "input-gradient").steps:
        assert bool(step.says) == (not step.terms)
        for term in step.terms:
            assert not any(factor.padding for factor in term.factors)
            backward.add((term.factors[0].index, step.index, term.factors[1].index))
    assert forward == backward


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
def test_the_rotated_filter_is_a_convolution(rng, stride, groups):
    """Not only by its terms: the layer's own forward pass gives the same gradient."""
    x, w = rng.integers(-4, 5, (2, 4, 7, 8)), rng.integers(-4, 5, (6, 4 // groups, 3, 2))
    param = {"stride": stride, "pad": ((1, 2), (0, 1)), "dilation": (1, 2), "groups": groups}
    out, cache = conv_forward_naive(x, w, None, param)
    dout = rng.integers(-4, 5, out.shape)
    wide = spread(dout, stride)
    before = 2 - 1, 2 - 0
    after = 7 + 1 - wide.shape[2], 8 + 0 - wide.shape[3]
    full = {"stride": 1, "pad": tuple(zip(before, after, strict=True)), "dilation": (1, 2)}
    made, _ = conv_forward_naive(wide, rotated(w, groups), None, {**full, "groups": groups})
    np.testing.assert_array_equal(made, conv_backward_naive(dout, cache)[0])


def test_a_filter_turned_by_half():
    assert rotated(np.array([[[[1, 2], [3, 4]]]]), 1).tolist() == [[[[4, 3], [2, 1]]]]
    assert spread(np.ones((1, 1, 2, 2)), (2, 1))[0, 0].tolist() == [[1, 1], [0, 0], [1, 1]]


@pytest.mark.parametrize(("x", "w", "param", "out"), FORWARD)
def test_worked_outputs(x, w, param, out):
    told = trace.convolution(x, w, conv_param=param)
    assert told.arrays["out"].tolist() == [[out]]
    assert_adds_up(told)


@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_worked_input_gradients(pad, w, dout, dx):
    told = trace.convolution(X, w, conv_param={"pad": pad}, dout=dout)
    for name in ("input-gradient", "rotated-filter"):
        values = [step.value for step in of_pass(told, name).steps]
        assert values == np.ravel(dx).tolist()
    assert_adds_up(told)


@pytest.mark.parametrize(("pad", "dout", "dw"), FILTER_GRADIENT)
def test_worked_filter_gradients(pad, dout, dw):
    told = trace.convolution(X, [[0, 0], [0, 0]], conv_param={"pad": pad}, dout=dout)
    values = [step.value for step in of_pass(told, "filter-gradient").steps]
    assert values == np.ravel(dw).tolist()


def test_arrays_of_fewer_axes():
    told = trace.convolution(np.ones((3, 4, 5)), np.ones((3, 2, 2)), dout=np.ones((3, 4)))
    shapes = {name: array.shape for name, array in told.arrays.items()}
    assert shapes["x"] == (1, 3, 4, 5)
    assert shapes["w"] == (1, 3, 2, 2)
    assert shapes["dout"] == (1, 1, 3, 4)
    assert trace.convolution([1, 2, 3], [1, 1]).arrays["out"].tolist() == [[[[3, 5]]]]


def test_a_missing_dout_is_said_to_be_ones():
    told = trace.convolution(X, [[1, 2]], [0])
    assert (told.arrays["dout"] == 1).all()
    for one in told.passes:
        assert ("No dout was given" in one.says) == (one.name != "forward")
    told = trace.convolution(X, [[1, 2]], [0], dout=np.ones((3, 2)))
    assert not any("No dout was given" in one.says for one in told.passes)


def test_the_story_says_what_its_geometry_has():
    plain = of_pass(trace.convolution(X, [[1, 2]]), "forward").says
    assert plain.endswith("Then the filter moves on.")
    param = {"stride": (1, 2), "pad": 1, "dilation": 2, "groups": 2}
    told = trace.convolution(np.ones((1, 2, 4, 4)), np.ones((2, 1, 2, 2)), conv_param=param)
    says = of_pass(told, "forward").says
    for part in ("1 row or 2 columns at a time", "padding", "2 cells apart", "2 groups", "out[n,f"):
        assert part in says
    assert (
        told.title
        == "Convolution: 1 image of 2 channels, 4 x 4 each, 2 filters of 1 channel, 2 x 2 each"
    )
    assert told.param == {
        "stride": (1, 2),
        "pad": ((1, 1), (1, 1)),
        "dilation": (2, 2),
        "groups": 2,
    }


def test_a_story_keeps_its_numbers():
    x = np.arange(9.0).reshape(3, 3)
    told = trace.convolution(x, [[1.0, 1.0]])
    x[:] = 0
    assert told.arrays["x"].sum() == 36
    with pytest.raises(ValueError, match="read-only"):
        told.arrays["x"][0, 0, 0, 0] = 5


def says_of(name, *arguments):
    return of_pass(trace.convolution(*arguments), name).says


def test_what_is_said_of_a_geometry_is_so():
    x, w = np.ones((5, 5)), np.ones((2, 2))
    assert "It moves 2 rows or 1 column at a time" in says_of(
        "forward", x, w, None, {"stride": (2, 1)}
    )
    assert "all channels" not in says_of("forward", x, w)
    assert "all channels" in says_of("forward", np.ones((2, 2, 2)), np.ones((2, 2, 2)))
    once = {"stride": 3, "dilation": 4}
    assert "moves" not in says_of("forward", x, w, None, once)
    assert "zeros between" not in says_of("rotated-filter", x, w, None, once)
    assert "dout_spread" not in trace.convolution(x, w, None, once).arrays
    for pad, gets in [(0, ", which gets padding around it."), (1, ".")]:
        says = says_of("rotated-filter", x, w, None, {"pad": pad})
        assert f"slides over dout{gets} The gradient" in says
    says = says_of("rotated-filter", x, [[1]], None, {"stride": 2})
    assert "slides over dout, which gets zeros between its cells, as" in says
    says = says_of("rotated-filter", x, w, None, {"stride": 2})
    assert "gets padding around it, and zeros between its cells, as" in says


def test_the_rotated_filter_owns_up_where_zeros_would_make_nan():
    w = [[1, np.inf]]
    assert "0 times nan or infinity is nan" in says_of("rotated-filter", [[1, 2]], w)
    assert "0 times" not in says_of("rotated-filter", [[1, 2]], [[1, 1]])
    assert "0 times" not in says_of("rotated-filter", [[1, 2]], [[np.inf]])


def test_numbers_that_are_none_are_told_without_a_warning():
    told = trace.convolution([[np.nan, 1, np.inf, -np.inf]], [[0, 1]])
    assert [str(step.value) for step in told.passes[0].steps] == ["nan", "inf", "nan"]
    assert "= nan" in str(told)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (np.ones((21, 20)), np.ones((2, 2))),
            rf"trace.convolution: x has 420 cells \(shape \(1, 1, 21, 20\)\), and a story of more "
            rf"than {MOST_CELLS} would not be read; crop it: x\[..., :6, :6\]",
        ),
        (
            (np.ones((5, 5)), np.ones((9, 9, 9)), None, {"pad": 4}),
            r"x has 1 channels, and w takes 9",
        ),
        (
            (np.ones((16, 16)), np.ones((3, 3))),
            rf"the story would have 7596 terms \(.*\), and more than {MOST_TERMS} would not be",
        ),
        (
            (np.ones((3, 3)), np.ones((2, 2)), None, {"pad": 9}),
            r"x with its padding has 21 x 21 cells, and a story of more than 400 would not be read;"
            " pad less",
        ),
        ((np.ones((0, 1, 3, 3)), np.ones((2, 2))), r"x has no cells, got shape \(0, 1, 3, 3\)"),
        ((np.ones((3, 3)), np.ones((2, 2)), None, {"strid": 2}), "unknown key 'strid'; did you"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        trace.convolution(*arguments)


def test_a_large_stride_over_large_padding_is_refused_before_it_takes_memory():
    param = {"pad": 20_000, "stride": 30_000}
    with pytest.raises(ValueError, match="pad less"):
        trace.convolution(np.ones((3, 3)), np.ones((2, 2)), None, param)
    with pytest.raises(TypeError, match="x must hold real numbers"):
        trace.convolution([["a"]], [[1]])


def test_what_no_memory_holds_is_refused_by_its_shape():
    large = np.broadcast_to(np.uint8(1), (200_000, 200_000))  # as a file that is only mapped
    with pytest.raises(ValueError, match="x has 40000000000 cells"):
        trace.convolution(large, [[1]])
    with pytest.raises(ValueError, match="x has 40000000000 cells"):
        trace.relu(large)
    with pytest.raises(ValueError, match="dout has 40000000000 cells"):
        trace.relu([1], large)
