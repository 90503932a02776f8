"""The comparison: it sees a difference, and then times nothing."""

import dataclasses
import json

import numpy as np
import pytest

from minidl import compare, twins
from minidl.twins import TWINS


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(compare, "BUDGET", 0)
    monkeypatch.setattr(compare, "MIN_RUNS", 1)


def broken(twin, k):
    """The same pair with a fast side whose pass ``k`` is wrong in one element."""

    def wrong(*arguments, **more):
        result = twin.fast[k](*arguments, **more)
        array = result[0] if isinstance(result, tuple) else result
        if array.size:
            array.flat[array.size // 2] += 1e-3
        return result

    return dataclasses.replace(twin, fast=(*twin.fast[:k], wrong, *twin.fast[k + 1 :]))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_pair_is_equal_and_timed(dtype):
    comparisons = list(compare.compare(dtype=dtype))
    assert [(c.layer, c.which) for c in comparisons] == [
        (twin.name, which) for twin in TWINS.values() for which in twin.passes
    ]
    for c in comparisons:
        assert c.equal
        assert c.difference <= c.tolerance == twins.TOLERANCE[dtype]
        assert c.naive > 0
        assert c.fast > 0
        assert c.speedup == c.naive / c.fast


@pytest.mark.usefixtures("quick")
def test_the_third_way_is_compared_and_timed(monkeypatch):
    forward, backward = compare.compare(three_ways=True)
    for c in (forward, backward):
        assert c.equal
        assert c.im2col > 0
    assert "im2col ms" in compare.report([forward, backward])
    assert "im2col" not in compare.report([dataclasses.replace(forward, im2col=None)])

    right_forward, right_backward = TWINS["conv"].im2col

    def wrong(*arguments):
        out, cache = right_forward(*arguments)
        return out + 1e-3, cache

    third = wrong, right_backward
    monkeypatch.setitem(TWINS, "conv", dataclasses.replace(TWINS["conv"], im2col=third))
    assert not next(compare.compare(["conv"], three_ways=True)).equal
    assert next(compare.compare(["conv"])).equal


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("k", [0, 1])
def test_a_difference_is_seen_and_not_timed(k, monkeypatch):
    monkeypatch.setitem(TWINS, "max_pool", broken(TWINS["max_pool"], k))
    comparisons = list(compare.compare(["max_pool"]))
    assert [c.equal for c in comparisons] == [k != 0, k != 1]
    wrong = comparisons[k]
    assert (wrong.naive, wrong.fast, wrong.speedup) == (None, None, None)
    assert wrong.difference > 1e-5
    assert "DIFFERS" in compare.report(comparisons)
    assert json.loads(compare.report_json(comparisons))[k]["equal"] is False


def test_a_wrong_shape_is_a_difference(monkeypatch):
    def cut(x):
        out, cache = TWINS["relu"].naive[0](x)
        return out.reshape(-1)[:-1], cache

    monkeypatch.setitem(
        TWINS, "relu", dataclasses.replace(TWINS["relu"], fast=(cut, TWINS["relu"].fast[1]))
    )
    forward = next(compare.compare(["relu"]))
    assert not forward.equal
    assert json.loads(compare.report_json([forward]))[0]["difference"] is None


@pytest.mark.usefixtures("quick")
def test_layers_may_come_from_any_iterable():
    assert [c.layer for c in compare.compare(iter(["svm_loss"]))] == ["svm_loss"]
    assert compare.count(iter(["relu", "svm_loss"])) == 3


def test_unknown_layer_and_dtype():
    with pytest.raises(
        ValueError, match="compare: no layer 'cnov'; there are conv, conv_input_gradient"
    ):
        next(compare.compare(["cnov"]))
    with pytest.raises(ValueError, match="compare: dtype must be float32 or float64"):
        next(compare.compare(dtype="int8"))


def test_race_runs_both_sides(quick):
    ran = []
    times = compare._race(lambda: ran.append("naive"), lambda: ran.append("fast"))
    assert ran.count("naive") == 1
    assert ran.count("fast") > 1
    assert np.all(np.array(times) > 0)
