"""The comparison: it sees a difference, says where, and then times nothing."""

import dataclasses
import json

import numpy as np
import pytest

from minidl import compare, get_num_threads, twins
from minidl.twins import TWINS


def broken(twin, k, by=1e-3):
    """The same pair with a fast side whose pass ``k`` is wrong in one element."""

    def wrong(*arguments, **more):
        result = twin.fast[k](*arguments, **more)
        array = result[0] if isinstance(result, tuple) else result
        if array.size:
            array.flat[array.size // 2] += by
        return result

    return dataclasses.replace(twin, fast=(*twin.fast[:k], wrong, *twin.fast[k + 1 :]))


def test_every_pair_is_equal_and_timed():
    dtype = "float32"
    comparisons = list(compare.compare(dtype=dtype, sizes={"N": 1}, budget=0))
    assert [(c.layer, c.which) for c in comparisons] == [
        (twin.name, which) for twin in TWINS.values() for which in twin.passes
    ]
    for c in comparisons:
        assert c.equal
        assert c.difference <= c.tolerance == twins.TOLERANCE[dtype]
        assert c.naive > 0
        assert c.fast > 0
        assert c.speedup == c.naive / c.fast
        assert c.extra_bytes.keys() == {"naive", "fast"}
    known = {c.layer: c.multiply_adds for c in comparisons if c.which == "forward"}
    assert known["conv"] == 25 * 16 * 16 * 3 * 3 * 3
    assert known["affine"] == 400 * 120
    assert known["relu"] is None
    backward = next(c for c in comparisons if (c.layer, c.which) == ("conv", "backward"))
    assert backward.multiply_adds == 2 * known["conv"]
    assert backward.gflops("fast") == 2 * backward.multiply_adds / backward.fast / 1e9
    assert [gap.result for gap in backward.gaps] == ["dx", "dw", "db"]


def test_the_third_way_is_compared_and_timed(monkeypatch):
    small = {"sizes": {"N": 1, "H": 7}, "budget": 0}
    forward, backward = compare.compare(three_ways=True, **small)
    for c in (forward, backward):
        assert c.equal
        assert c.im2col > 0
    assert "im2col ms" in compare.report([forward, backward])
    times = {side: timing for side, timing in forward.timings.items() if side != "im2col"}
    assert "im2col" not in compare.report([dataclasses.replace(forward, timings=times)])

    right_forward, right_backward = TWINS["conv"].im2col

    def wrong(*arguments):
        out, cache = right_forward(*arguments)
        return out + 1e-3, cache

    third = wrong, right_backward
    monkeypatch.setitem(TWINS, "conv", dataclasses.replace(TWINS["conv"], im2col=third))
    assert not next(compare.compare(["conv"], three_ways=True, **small)).equal
    assert next(compare.compare(["conv"], **small)).equal


@pytest.mark.parametrize("k", [0, 1])
def test_a_difference_is_seen_and_not_timed(k, monkeypatch):
    monkeypatch.setitem(TWINS, "max_pool", broken(TWINS["max_pool"], k))
    comparisons = list(compare.compare(["max_pool"], sizes={"N": 1}, budget=0))
    assert [c.equal for c in comparisons] == [k != 0, k != 1]
    wrong = comparisons[k]
    assert (wrong.naive, wrong.fast, wrong.speedup) == (None, None, None)
    assert wrong.difference > 1e-5
    (gap,) = wrong.gaps
    assert gap.result == ("out", "dx")[k]
    assert gap.actual - gap.expected == pytest.approx(1e-3, rel=1e-2)
    table = compare.report(comparisons)
    assert "DIFFERS" in table
    place = f"at {list(gap.index)}: {gap.actual:.9g}, should be {gap.expected:.9g}"
    assert place in table
    assert place in compare.report_markdown(comparisons)
    record = json.loads(compare.report_json(comparisons))["comparisons"][k]
    assert record["equal"] is False
    assert record["results"][0]["index"] == list(gap.index)


def test_a_wrong_shape_is_a_difference(monkeypatch):
    def cut(x):
        out, cache = TWINS["relu"].naive[0](x)
        return out.reshape(-1)[:-1], cache

    monkeypatch.setitem(
        TWINS, "relu", dataclasses.replace(TWINS["relu"], fast=(cut, TWINS["relu"].fast[1]))
    )
    forward = next(compare.compare(["relu"], budget=0))
    assert not forward.equal
    assert "fast: out has shape (0,), should be ()" in compare.report([forward])
    assert json.loads(compare.report_json([forward]))["comparisons"][0]["difference"] is None


def test_a_wrong_number_of_results_is_a_difference(monkeypatch):
    twin = TWINS["affine"]
    less = twin.fast[0], lambda dout, cache: twin.fast[1](dout, cache)[:2]
    monkeypatch.setitem(TWINS, "affine", dataclasses.replace(twin, fast=less))
    forward, backward = compare.compare(["affine"], budget=0)
    assert forward.equal
    assert "its results are 2, should be 3: dx, dw, db" in compare.report([backward])


def test_random_numbers_of_the_caller_go_on_as_if_nothing_were():
    state = np.random.get_state()  # noqa: NPY002
    for _ in compare.compare(["dropout"], budget=0):
        assert np.array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002
        assert np.random.get_state()[2] == state[2]  # noqa: NPY002


def test_layers_may_come_from_any_iterable():
    assert [c.layer for c in compare.compare(iter(["svm_loss"]), budget=0)] == ["svm_loss"]
    assert compare.count(iter(["relu", "svm_loss"])) == 3
    assert compare.count("conv", which="forward", sweep=("H", [8, 16])) == 2


@pytest.mark.parametrize(
    ("which", "passes"),
    [
        ("forward", ["forward", "loss"]),
        ("backward", ["backward", "gradient", "loss"]),
    ],
)
def test_one_pass_alone(which, passes):
    layers = ["relu", "conv_filter_gradient", "mse_loss"]
    found = [c.which for c in compare.compare(layers, which=which, sizes={"N": 1}, budget=0)]
    assert sorted(found) == sorted(passes)


def test_unknown_words_are_refused():
    with pytest.raises(
        ValueError,
        match="compare: no layer 'cnov'; did you mean 'conv'",
    ):
        next(compare.compare(["cnov"]))
    with pytest.raises(ValueError, match="compare: dtype must be float32 or float64"):
        next(compare.compare(dtype="int8"))
    with pytest.raises(ValueError, match="which must be 'forward' or 'backward', got 'foward'"):
        next(compare.compare("relu", which="foward"))
    with pytest.raises(ValueError, match="layer 'relu' has no third way; there is one for conv$"):
        next(compare.compare("relu", three_ways=True))
    with pytest.raises(ValueError, match="budget must be at least 0 and finite, got -1"):
        next(compare.compare("relu", budget=-1))


def test_the_same_seed_gives_the_same_numbers():
    def gaps(seed):
        return [c.gaps for c in compare.compare("affine", sizes={"N": 2}, budget=0, seed=seed)]

    assert gaps(1) == gaps(1)
    assert gaps(1) != gaps(2)


def test_threads_are_those_asked_for_and_come_back(monkeypatch):
    seen, before = [], get_num_threads()
    twin = TWINS["svm_loss"]
    watching = (lambda *case: seen.append(get_num_threads()) or twin.fast[0](*case),)
    monkeypatch.setitem(TWINS, "svm_loss", dataclasses.replace(twin, fast=watching))
    list(compare.compare("svm_loss", n_threads=before + 3, budget=0))
    assert set(seen) == {before + 3}
    assert get_num_threads() == before


def test_a_naive_side_that_would_take_too_long_is_skipped():
    sizes = [8, 64]
    comparisons = list(
        compare.compare("conv", sweep=("H", sizes), sizes={"N": 1}, budget=0, naive_limit=0.01)
    )
    small, large = comparisons[0], comparisons[2]
    assert (small.naive > 0, small.note) == (True, "")
    assert (large.naive, large.speedup) == (None, None)
    assert large.fast > 0
    assert large.equal
    assert "naive skipped: it would take about" in large.note
    assert f"{large.label}: {large.note}" in compare.report(comparisons)
    (line, _) = compare.too_slow([large, comparisons[3]], "fast", 1)
    assert line == "conv forward H=64 (fast): no speed-up is known, 1 x were asked for"


def test_a_large_size_alone_is_judged_by_the_usual_one():
    (forward,) = compare.compare(
        "conv", sizes={"H": 256, "N": 8}, which="forward", budget=0, naive_limit=0.5
    )
    assert forward.naive is None
    assert forward.fast > 0


def test_results_say_what_a_pass_wrote(rng):
    x = rng.standard_normal((4, 3))
    case = x, np.ones(3), np.zeros(3), {"mode": "train"}
    forward, backward = compare.results(TWINS["batchnorm"].fast, case, rng)
    assert len(forward) == 3
    assert len(backward) == 3
    assert case[3] == {"mode": "train"}
