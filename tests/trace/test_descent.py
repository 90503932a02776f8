"""One step of gradient descent, by the numbers that are known of it; and the examples."""

import math

import numpy as np
import pytest
from stories import assert_adds_up, of_pass
from worked_examples import FILTER_GRADIENT, FORWARD, INPUT_GRADIENT, SGD_STEP

from minidl import trace
from minidl.trace.presets import PRESETS


def test_the_worked_step():
    told = trace.sgd_step()
    for name, key in [("x", "x"), ("w", "w"), ("out", "conv"), ("sum", "sum"), ("loss", "loss")]:
        np.testing.assert_array_equal(told.arrays[name], SGD_STEP[key], name)
    assert told.arrays["dsum"] == 4
    assert (told.arrays["dout"] == 4).all()
    np.testing.assert_array_equal(told.arrays["dw"], SGD_STEP["dw"])
    for name in ("w_after", "sum_after", "loss_after"):
        np.testing.assert_allclose(told.arrays[name], SGD_STEP[name], rtol=1e-13, err_msg=name)
    assert_adds_up(told, rtol=1e-13)
    assert [p.name for p in told.passes] == [
        "forward",
        "sum",
        "error",
        "loss",
        "chain-rule",
        "sum-gradient",
        "filter-gradient",
        "update",
        "forward-after",
        "sum-after",
        "error-after",
        "loss-after",
    ]
    assert "It went up, from 4 to 4678.56" in of_pass(told, "loss-after").says


def test_a_smaller_learning_rate_descends():
    told = trace.sgd_step(lr=1e-4)
    assert told.arrays["loss_after"] < told.arrays["loss"]
    assert "It went down, from 4 to" in of_pass(told, "loss-after").says
    assert "It stayed at 4" in of_pass(trace.sgd_step(lr=0), "loss-after").says


def test_what_is_said_of_the_loss_is_so():
    def says(**arguments):
        return of_pass(trace.sgd_step(**arguments), "loss-after").says

    assert says(lr=1e-12).endswith(
        " It went down, but by so little that the digits of 4 do not show it."
    )
    assert says(x=[[1, 2], [3, math.nan]]).endswith(" It is nan.")
    assert says(target=1e300).endswith(" It stayed at inf.")
    assert says(lr=1e308).endswith("Try a smaller learning rate.")


def test_a_step_with_channels_and_filters(rng):
    told = trace.sgd_step(rng.normal(size=(2, 2, 3, 3)), rng.normal(size=(2, 2, 2, 2)), 5, 0.001)
    assert_adds_up(told, rtol=1e-10)
    assert told.arrays["target"] == 5


def test_a_step_out_of_range_is_told_all_the_same():
    told = trace.sgd_step(lr=1e308)
    assert math.isinf(told.arrays["loss_after"])
    assert "inf" in str(told)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"lr": math.nan}, ValueError, "trace.sgd_step: lr must be finite, got nan"),
        ({"target": "much"}, TypeError, "trace.sgd_step: target must be a number"),
        ({"x": [[1]]}, ValueError, "trace.sgd_step: window height 2 exceeds"),
        ({"x": np.ones((30, 30))}, ValueError, "x with|x has 900 cells"),
    ],
)
def test_refusals(arguments, error, message):
    with pytest.raises(error, match=message):
        trace.sgd_step(**arguments)


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_adds_up(name):
    told = trace.preset(name)
    assert_adds_up(told, rtol=1e-13)
    assert told.source.startswith("https://") == name.startswith("tf-")
    assert PRESETS[name].says


@pytest.mark.parametrize(
    ("name", "passes", "result"),
    [
        ("tf-conv-valid", ["forward"], FORWARD[0][3]),
        ("tf-conv-same", ["forward"], FORWARD[1][3]),
        ("tf-input-valid", ["input-gradient", "rotated-filter"], INPUT_GRADIENT[0][3]),
        ("tf-input-same", ["input-gradient", "rotated-filter"], INPUT_GRADIENT[1][3]),
        ("tf-filter-valid", ["filter-gradient"], FILTER_GRADIENT[0][2]),
        ("tf-filter-same", ["filter-gradient"], FILTER_GRADIENT[1][2]),
        (
            "dilated",
            ["forward", "filter-gradient", "input-gradient", "rotated-filter"],
            FORWARD[2][3],
        ),
    ],
)
def test_the_examples_have_the_numbers_that_are_known(name, passes, result):
    told = trace.preset(name)
    assert [p.name for p in told.passes] == passes
    assert [step.value for step in told.passes[0].steps] == np.ravel(result).tolist()


def test_an_example_has_all_of_its_passes_if_they_are_asked_for():
    told = trace.preset("tf-conv-valid", ["input-gradient"])
    assert [p.name for p in told.passes] == ["input-gradient"]
    assert [p.name for p in trace.preset("relu", "forward").passes] == ["forward"]
    with pytest.raises(ValueError, match="no preset 'sgd_step'; did you mean 'sgd-step'?"):
        trace.preset("sgd_step")
    with pytest.raises(ValueError, match="no preset 'xyz'; there are sgd-step, tf-conv-valid"):
        trace.preset("xyz")
    with pytest.raises(ValueError, match="no pass 'backward' in relu; there are forward, input"):
        trace.preset("relu", ["backward"])
