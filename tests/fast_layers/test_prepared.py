"""Passes are planned once for each form of arguments, and keep nothing of the arguments."""

import gc
import weakref

import numpy as np
import pytest

from minidl.fast_layers import conv_backward_fast, conv_forward_fast, prepared
from minidl.fast_layers.prepared import NO_PARAMETERS, Prepared


def counting():
    """Return a pass that adds its arrays up, and the lists of what was checked and planned."""
    checked, planned = [], []

    def check(param, *arrays):
        checked.append(param)
        double = any(getattr(a, "dtype", None) == np.float64 for a in arrays)
        arrays = [np.asarray(a, float if double else np.float32) for a in arrays]
        return [a.shape for a in arrays], arrays

    def plan(sizes):
        planned.append(sizes)
        return lambda *arrays: sum(map(np.sum, arrays))

    return Prepared(check, plan), checked, planned


A = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_the_same_form_is_checked_and_planned_once():
    run, checked, planned = counting()
    for k in range(3):
        assert run({"stride": 1}, (A + k, A)) == 30 + 6 * k
    assert len(checked) == len(planned) == 1


@pytest.mark.parametrize(
    ("param", "arrays"),
    [
        ({"stride": 2}, (A, A)),
        ({"stride": True}, (A, A)),
        ({"pad": 1}, (A, A)),
        ({}, (A, A)),
        ({"stride": 1}, (A.T.copy(), A)),
        ({"stride": 1}, (A, A[:1])),
        ({"stride": 1}, (A.astype(float), A.astype(float))),
    ],
)
def test_any_other_form_is_planned_anew(param, arrays):
    run, checked, planned = counting()
    run({"stride": 1}, (A, A))
    run(param, arrays)
    assert len(checked) == len(planned) == 2


@pytest.mark.parametrize(
    "other", [A.tolist(), A.astype(int), A[:, ::-1], A.T.copy().T, A.view(np.recarray)]
)
def test_what_is_converted_is_checked_and_takes_the_known_plan(other):
    run, checked, planned = counting()
    run({}, (A, A))
    assert run({}, (A, np.asarray(other, np.float32))) == run({}, (A, other))
    assert len(checked) >= 2
    assert len(planned) == 1


@pytest.mark.parametrize("value", [[1], (1, [1]), np.int64(1), 1.0])
def test_parameters_that_can_change_are_never_known(value):
    run, checked, planned = counting()
    for _ in range(2):
        run({"stride": value}, (A,))
    assert len(checked) == len(planned) == 2


def test_forms_are_bounded(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_FORMS", 10)
    run, _, _ = counting()
    for n in range(50):
        run(NO_PARAMETERS, (np.ones(n, np.float32),))
        assert len(run._known) <= 10


def test_a_plan_keeps_no_arrays(rng):
    x, w, b = rng.standard_normal((2, 3, 6, 6)), rng.standard_normal((4, 3, 3, 3)), np.zeros(4)
    out, cache = conv_forward_fast(x, w, b, {"stride": 1, "pad": 1})
    result = conv_backward_fast(out, cache)
    gone = [weakref.ref(array) for array in (x, w, b, out, *result)]
    del x, w, b, out, cache, result
    gc.collect()
    assert not any(array() is not None for array in gone)
