"""Trials: cases by name, what is right for them, seeds, and what is refused."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from tiny_assignment import ASSIGNMENT, CASES, write_source

from minidl.assignment import Assignment, Cache, Check, Task
from minidl.assignment.cases.drawing import known_cases
from minidl.assignment.cases.trial import read_trials, write_trials
from minidl.assignment.cases.trials import prepare, trials_of
from minidl.layers import affine_backward, affine_forward


@pytest.fixture
def folder(tmp_path):
    return write_source(tmp_path / "assignment")


def with_checks(task_id, *checks, **more):
    """Return the assignment with one task alone, and what it needs of others."""
    task = replace(ASSIGNMENT.task(task_id), checks=checks, **more)
    others = [other for other in ASSIGNMENT.tasks if other.id == "affine_forward" != task_id]
    return replace(ASSIGNMENT, tasks=(*others, task))


def by_name(trials):
    return {trial.name: trial for trial in trials}


def flat(trial):
    """Return all arrays among a trial's arguments."""
    (cached,) = [a for a in trial.arguments if isinstance(a, Cache)] or [Cache("", ())]
    both = (*trial.arguments, *cached.arguments)
    return [a for a in both if isinstance(a, np.ndarray)]


def lying(array):
    """Return how an array lies in memory."""
    return array.flags.c_contiguous, array.flags.f_contiguous, array.flags.writeable


def test_what_is_right_is_what_the_reference_says(folder):
    (public, hidden) = prepare(ASSIGNMENT, folder)["affine_forward"].values()
    for trial in (*public, *hidden):
        assert np.array_equal(trial.right["out"], affine_forward(*trial.arguments)[0])
        assert trial.right["out"].dtype == trial.dtype
    assert by_name(public)["ordinary"].words == "x (3, 4), w (4, 5), b (5,), float64"


def test_a_backward_pass_is_given_a_cache_and_numbers_of_which_no_two_are_equal(folder):
    for trials in prepare(ASSIGNMENT, folder)["affine_backward"].values():
        for trial in trials:
            dout, cache = trial.arguments
            assert cache.function == "affine_forward"
            assert len(np.unique(dout)) == dout.size
            right = affine_backward(dout, affine_forward(*cache.arguments)[1])
            assert all(map(np.array_equal, trial.right.values(), right))


def test_cases_of_ones_own_are_held_against_the_source(folder):
    trials = by_name(prepare(ASSIGNMENT, folder)["squares"]["public"])
    w, reg = trials["ordinary"].arguments
    assert np.isclose(trials["ordinary"].right["loss"], 0.5 * reg * np.sum(w * w))


def test_names_say_dtype_and_layout(folder):
    names = (
        "ordinary, float32",
        "no regularisation, Fortran-ordered",
        "ordinary, float32, with gaps",
    )
    one = with_checks("squares", Check("values", 1, 0, names))
    first, second, third = prepare(one, folder)["squares"]["public"]
    assert first.arguments[0].dtype == first.right["dw"].dtype == np.float32
    assert second.arguments[0].flags.f_contiguous
    assert not third.arguments[0].flags.forc
    assert (third.dtype, third.layout) == ("float32", "with gaps in memory")


def test_known_cases_are_those_of_the_layer_or_of_the_file(folder):
    known = known_cases(ASSIGNMENT.task("affine_forward"), folder)
    assert known[0] == "ordinary"
    assert {"one image", "large values", "x of four axes, float32"} <= set(known)
    assert "one output, float32, read-only" in known
    assert "one output, float16" not in known
    own = known_cases(ASSIGNMENT.task("squares"), folder)
    assert tuple(own) == ("ordinary", "one number", "no regularisation")
    assert "one number, float32" in own


def test_all_is_what_is_not_public(folder):
    trials = prepare(ASSIGNMENT, folder)["squares"]
    gradient = ASSIGNMENT.task("squares").checks[-1]
    names = [trial.name for trial in trials_of(gradient, "hidden", trials["hidden"])]
    assert sorted(names) == ["no regularisation", "one number"]


def test_a_case_stays_the_same_whatever_stands_beside_it(folder):
    few = with_checks("squares", Check("values", 1, 0, ("ordinary",)))
    more = with_checks(
        "squares", Check("values", 1, 0, ("one number", "ordinary, float32", "ordinary"))
    )
    alone = prepare(few, folder)["squares"]["public"][0]
    beside = by_name(prepare(more, folder)["squares"]["public"])["ordinary"]
    assert np.array_equal(alone.arguments[0], beside.arguments[0])
    other_seed = prepare(replace(few, seed=8), folder)["squares"]["public"][0]
    assert not np.array_equal(alone.arguments[0], other_seed.arguments[0])


def test_hidden_cases_have_other_numbers_under_the_same_name(folder):
    for trials in prepare(ASSIGNMENT, folder).values():
        hidden = by_name(trials["hidden"])
        for trial in trials["public"]:
            if trial.name in hidden:
                assert not any(map(np.array_equal, flat(trial), flat(hidden[trial.name])))


def test_a_hidden_case_that_draws_nothing_is_refused(folder):
    (folder / "cases.py").write_text(CASES.replace("rng.standard_normal(1)", "np.ones(1)"))
    (folder / "cases.py").write_text("import numpy as np\n" + (folder / "cases.py").read_text())
    both = with_checks("squares", Check("values", 1, 1, ("one number",), ("one number",)))
    with pytest.raises(
        ValueError, match="the hidden case 'one number' has the numbers of the public"
    ):
        prepare(both, folder)


def test_trials_come_back_from_a_file_as_they_were(folder, tmp_path):
    names = (
        "ordinary",
        "ordinary, read-only",
        "ordinary, Fortran-ordered",
        "x of three axes, with gaps",
    )
    one = with_checks("affine_backward", Check("gradient", 1, 0, names))
    trials = prepare(one, folder)["affine_backward"]["public"]
    write_trials(tmp_path / "trials.npz", trials)
    for before, after in zip(trials, read_trials(tmp_path / "trials.npz"), strict=True):
        assert (before.name, before.words, before.layout) == (after.name, after.words, after.layout)
        assert all(map(np.array_equal, flat(before), flat(after)))
        assert list(map(lying, flat(before))) == list(map(lying, flat(after)))
        assert [slope.value for slope in before.slopes] == [slope.value for slope in after.slopes]
    assert len(trials[0].slopes) == 12


def test_the_instructors_modules_are_forgotten(folder):
    own = sys.modules["layers"] = object()
    path = list(sys.path)
    try:
        prepare(ASSIGNMENT, folder)
        assert sys.modules["layers"] is own
        assert "net" not in sys.modules
        assert sys.path == path
    finally:
        del sys.modules["layers"]
    assert not (folder / "source" / "__pycache__").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cases": "cases.py:sqares"}, "no function 'sqares'; did you mean 'squares'"),
        ({"cases": "case.py:squares"}, "importing case.py raised ModuleNotFoundError"),
        ({"cases": ""}, "has no cases; name a layer, or cases of its own"),
        ({"reference": "math:sqrt"}, "case 'one number': sqrt raised TypeError"),
        ({"reference": "layers:sqares"}, "layers has no function 'sqares'; did you mean"),
        ({"file": "fast.pyx"}, "fast.pyx is Cython, and nothing to compute what is right with"),
        ({"returns": ("loss", "dw", "db", "dx")}, "reference returns 2 results, and the task 4"),
        ({"checks": (Check("values", 1, 0, ("ordinry",)),)}, "no case 'ordinry'; did you mean"),
        ({"checks": (Check("values", 1, 1, ("ordinary",)),)}, "1 points for hidden cases"),
        (
            {"checks": (Check("gradient", 1, 0, ("ordinary, float32",)),)},
            "'gradient' has nothing to look at in any of its public cases; slopes need",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_task_and_case(folder, change, says):
    task = replace(ASSIGNMENT.task("squares"), **change)
    with pytest.raises(ValueError, match=f"^task squares.*{says}"):
        prepare(replace(ASSIGNMENT, tasks=(task,)), folder)


def test_a_wrong_reference_is_found_out(folder):
    wrong = (folder / "source" / "layers.py").read_text().replace("reg * w\n", "2 * reg * w\n")
    (folder / "source" / "layers.py").write_text(wrong)
    with pytest.raises(ValueError, match="^task squares, case 'ordinary': dw along a direction is"):
        prepare(ASSIGNMENT, folder)


def test_a_reference_that_loses_the_dtype_is_found_out(folder):
    path = folder / "source" / "layers.py"
    path.write_text(path.read_text().replace("reg * w\n", "reg * w.astype(np.float64)\n"))
    one = with_checks("squares", Check("dtype", 1, 0, ("ordinary, float32",)))
    with pytest.raises(
        ValueError, match="'ordinary, float32': the reference itself fails, float32"
    ):
        prepare(one, folder)


def test_a_backward_pass_needs_a_forward_pass_that_returns_a_cache(folder):
    backward = ASSIGNMENT.task("affine_backward")
    with pytest.raises(ValueError, match="no task in layers.py is the forward pass of 'affine'"):
        prepare(replace(ASSIGNMENT, tasks=(backward,)), folder)
    forward = replace(ASSIGNMENT.task("affine_forward"), keep="")
    with pytest.raises(ValueError, match="needs the cache of affine_forward, which returns none"):
        prepare(replace(ASSIGNMENT, tasks=(forward, backward)), folder)


@pytest.mark.parametrize("seed", range(3))
def test_slopes_are_found_for_layers_with_kinks_too(folder, seed):
    """All cases of a max pooling: several cells of a window are its maximum in one of them."""
    forward = Task("f", "f", 0, "layers.py", "f", layer="max_pool", which="forward", keep="cache")
    check = Check("gradient", 0, 1, (), ("all",))
    backward = Task(
        "b", "b", 1, "layers.py", "b", layer="max_pool", which="backward", checks=(check,)
    )
    one = Assignment("x", "x", "", seed, ("layers.py",), tasks=(forward, backward))
    trials = [t for t in prepare(one, folder)["b"]["hidden"] if t.dtype == "float64"]
    assert sum(len(trial.slopes) == 4 for trial in trials) >= len(trials) - 1
