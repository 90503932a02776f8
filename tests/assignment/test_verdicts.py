"""Verdicts: each kind of check sees what it is for, whatever came back from the other process."""

from dataclasses import replace

import numpy as np
import pytest

from minidl.assignment import Task
from minidl.assignment.cases.trial import Slope, Trial
from minidl.assignment.marking.verdicts import Observed, verdict
from minidl.students import Call, Change, Foreign, Raised

TASK = Task("t", "T", 1, "layers.py", "f", returns=("out", "loss"))
OUT = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
TRIAL = Trial("ordinary", (OUT,), {"out": OUT, "loss": 2.5}, "float64")


def call(out=OUT, loss=2.5, changes=(), **more):
    return Call((out, loss), None, 0.0, changes, **{"reused": False, **more})


def says(kind, first, again=None, task=TASK, trial=TRIAL):
    return verdict(kind, Observed(task, trial, first, again))


class Agreeable(np.ndarray):
    """Agrees with everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize("kind", ["shape", "values", "dtype"])
def test_what_is_right_passes(kind):
    assert says(kind, call()) == ""
    assert says(kind, call(loss=np.float32(2.5))) == ""
    assert says(kind, call(loss=np.array(2.5))) == ""


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (call(OUT[0]), r"out has shape (3,), must be (2, 3)"),
        (call(np.float64(1)), r"out has shape (), must be (2, 3)"),
        (call(None), r"out is None, must be an array of shape (2, 3)"),
        (call(loss=np.array([2.5])), "loss has shape (1,), must be a number"),
        (call(Foreign("a list of 2")), "out is a list of 2, must be an array of numbers"),
        (call(OUT.tolist()), "out is a list, must be an array of numbers"),
        (call(OUT.astype(object)), "out has dtype object, must be an array of numbers"),
        (call(OUT.astype(str)), "must be an array of numbers"),
        (call(OUT + 0j), "out has dtype complex128, must be an array of numbers"),
        (call(OUT.view(Agreeable)), "out is a Agreeable, must be an array of numbers"),
        (call(np.ma.masked_all((2, 3))), "out is a MaskedArray, must be an array of numbers"),
        (call(loss="2.5"), "loss is a str, must be a number"),
        (call(loss=10**400), "loss has dtype object, must be a number"),
        (call(loss=None), "loss is None, must be a number"),
    ],
)
def test_what_is_no_such_array_fails_shape_and_values(first, words):
    assert words in says("shape", first)
    assert words in says("values", first)


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (call(OUT + np.array([0, 0, 1e-8])), "out[0, 2] is 3, must be 3, error 1e-08; 2 of 6"),
        (call(np.full((2, 3), np.nan)), "6 of 6 numbers are wrong"),
        (call(OUT * [[1, 1, np.inf]]), "out[0, 2] is inf, must be 3"),
        (call(loss=-2.5), "loss is -2.5, must be 2.5, error 5"),
        (call(OUT > 0), "out[1, 2] is 0, must be -6"),
        (call(OUT.astype("u1")), "out[0, 1] is 254, must be -2"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_numbers(first, words):
    assert words in says("values", first)
    assert says("shape", first) == ""


def test_nan_and_infinity_must_stand_where_they_should():
    odd = np.array([np.nan, np.inf, -np.inf, 1.0])
    trial = replace(TRIAL, right={"out": odd, "loss": 2.5})
    assert says("values", call(odd), trial=trial) == ""
    for k, other in ((0, 1.0), (1, np.nan), (2, np.inf), (3, np.nan)):
        wrong = odd.copy()
        wrong[k] = other
        assert says("values", call(wrong), trial=trial)


def test_tolerance_is_that_of_the_dtype():
    near = OUT * (1 + 1e-6)
    assert says("values", call(near))
    single = replace(TRIAL, dtype="float32")
    assert says("values", call(near), trial=single) == ""
    assert says("values", call(OUT * (1 + 1e-3)), trial=single)


def test_none_is_right_where_it_must_be():
    trial = replace(TRIAL, right={"out": None, "loss": 2.5})
    assert says("shape", call(None), trial=trial) == says("values", call(None), trial=trial) == ""
    assert "out must be None" in says("shape", call(), trial=trial)


@pytest.mark.parametrize("kind", ["f4", "f2", "i8", "?"])
def test_a_dtype_must_be_what_came_in(kind):
    name = np.dtype(kind).name
    assert says("dtype", call(OUT.astype(kind))) == f"float64 came in, and out came out as {name}"


def test_a_number_alone_has_any_dtype():
    trial = replace(TRIAL, right={"loss": 2.5})
    assert verdict("dtype", Observed(replace(TASK, returns=("loss",)), trial, call())) is None
    counts = replace(TRIAL, right={"out": np.arange(3), "loss": 2.5})
    assert (
        says("dtype", call(np.arange(3.0)), trial=counts) == "out has dtype float64, must be int64"
    )


def test_arguments_stay_as_they_were():
    change = Change("x", None, (0, 1), 1.0, 2.0)
    first = call(changes=(change,))
    assert says("purity", first, call()) == "x[0, 1] was 1 before the call, is 2 after it"
    entry = Change("bn_param", "running_mean", None, None, OUT)
    assert "bn_param['running_mean'] was None" in says("purity", call(changes=(entry,)), call())
    layer = replace(TASK, layer="batchnorm", which="forward")
    assert says("purity", call(changes=(entry,)), call(), task=layer) == ""


def test_equal_calls_give_equal_results_each_in_an_array_of_its_own():
    assert says("purity", call(), call()) == ""
    assert says("purity", call()) is None
    lent = call(shares=("x",))
    assert says("purity", lent, lent) == "a result lies in the memory of x, and must be a new array"
    assert "the memory of one result" in says("purity", call(), call(reused=True))
    assert "gives another result: out[1, 0]" in says("purity", call(), call(OUT * [[2, 1, 1]]))
    assert "two equal calls failed: f: raised" in says("purity", call(), Raised("f: raised X"))
    assert "out is a list of 2" in says("purity", call(), call(Foreign("a list of 2")))


def test_a_gradient_must_be_the_slope():
    direction = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0]])
    slope = Slope("out", direction, float(np.sum(OUT * direction)))
    trial = replace(TRIAL, slopes=(slope,))
    assert says("gradient", call(), trial=trial) == ""
    assert says("gradient", call()) is None
    for wrong in (OUT.T, OUT[:1], None):
        assert says("gradient", call(wrong), trial=trial)
    for wrong in (2 * OUT, 0 * OUT, np.nan * OUT, np.roll(OUT, 1)):
        assert "grows by 10 " not in says("gradient", call(wrong), trial=trial)
        assert "the right forward pass grows by 10" in says("gradient", call(wrong), trial=trial)
