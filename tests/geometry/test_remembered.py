"""What was checked once is not checked again; whatever differs, is."""

import copy

import numpy as np
import pytest

from minidl.geometry import affine_geometry, conv_geometry, max_pool_geometry, remembered

X, W, B = np.zeros((2, 4, 6, 5)), np.zeros((3, 4, 3, 3)), np.zeros(3)


@pytest.fixture(autouse=True)
def no_answers(monkeypatch):
    monkeypatch.setattr(remembered, "_answers", {})


def counted(answer=(1,)):
    """Return a check, and the list of what it was asked."""
    asked = []

    def check(op, param, *arrays):
        asked.append(param)
        return answer

    return check, asked


def test_the_same_question_is_asked_once():
    check, asked = counted()
    for _ in range(3):
        param = {"stride": 1, "pad": ((0, 1), (2, 3)), "mode": "same", "more": None}
        assert remembered.remembered(check, "op", param, X, None) == (1,)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("other op", {"stride": 1}, X),
        ("op", {"stride": 2}, X),
        ("op", {"stride": True}, X),
        ("op", {"stride": 1.0}, X),
        ("op", {"pad": 1}, X),
        ("op", {"stride": 1, "pad": 1}, X),
        ("op", {}, X),
        ("op", {"stride": 1}, X[:1]),
        ("op", {"stride": 1}, None),
    ],
)
def test_any_other_question_is_asked(other):
    check, asked = counted()
    remembered.remembered(check, "op", {"stride": 1}, X)
    remembered.remembered(check, *other)
    assert len(asked) == 2


@pytest.mark.parametrize("value", [[1, 1], (1, [1]), np.int64(1), np.array(1), 1.0])
def test_what_can_change_is_asked_again(value):
    check, asked = counted()
    param = {"stride": value}
    for _ in range(2):
        remembered.remembered(check, "op", param, X)
    assert len(asked) == 2
    assert asked[0]["stride"] is value


def test_an_id_is_not_taken_for_another_value():
    """Memory of a value that is gone goes to the next one; what is remembered is never gone."""

    def check(op, param):
        return sum(param["stride"]), 0

    for k in range(200):
        assert remembered.remembered(check, "op", {"stride": (k, k)}) == (2 * k, 0)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(remembered, "MOST_ANSWERS", 10)
    check, _ = counted()
    for k in range(100):
        remembered.remembered(check, "op", {"stride": k}, X)
        assert len(remembered._answers) <= 10


def test_what_is_equal_but_refused_stays_refused():
    """True is equal to 1, and so is 1.0; neither is a stride, however often 1 was one."""
    conv_geometry("op", X, W, B, {"stride": 1, "pad": (1, 0)})
    max_pool_geometry("op", X, {"pool_height": 1, "pool_width": 1, "stride": (1, 1)})
    for value in (True, 1.0, (1, True), (1.0, 1)):
        with pytest.raises(TypeError, match="op: stride.* must be an integer, got"):
            conv_geometry("op", X, W, B, {"stride": value, "pad": (1, 0)})
        with pytest.raises(TypeError, match="op: stride.* must be an integer, got"):
            max_pool_geometry("op", X, {"pool_height": 1, "pool_width": 1, "stride": value})


def test_a_changed_dict_is_noticed():
    param = {"stride": 1, "pad": 0}
    assert conv_geometry("op", X, W, B, param).out_shape == (2, 3, 4, 3)
    param["stride"] = 2
    assert conv_geometry("op", X, W, B, param).out_shape == (2, 3, 2, 2)
    param["pad"] = [1, 1]
    assert conv_geometry("op", X, W, B, param).out_shape == (2, 3, 3, 3)
    param["pad"][0] = 2
    assert conv_geometry("op", X, W, B, param).out_shape == (2, 3, 4, 3)
    param["paddings"] = 1
    with pytest.raises(ValueError, match="unknown key 'paddings'"):
        conv_geometry("op", X, W, B, param)


def test_refusals_are_the_same_each_time():
    for _ in range(2):
        with pytest.raises(ValueError, match="op: x has 4 channels, and w takes 2"):
            conv_geometry("op", X, W[:, :2], B, {"stride": 1, "pad": 0})
        with pytest.raises(ValueError, match="op: b must have shape"):
            conv_geometry("op", X, W, B[:2], {"stride": 1, "pad": 0})
        with pytest.raises(ValueError, match="op: dout must have shape"):
            conv_geometry("op", X, W, B, {"stride": 1, "pad": 0}, dout=X)
        with pytest.raises(ValueError, match="op: x has 120 values for each image"):
            affine_geometry("op", X, W[0, 0], None)
        conv_geometry("op", X, W, B, {"stride": 1, "pad": 0})


def test_equal_grids_are_one_object():
    """Whatever the operation, and however the parameters are written."""
    grids = {
        conv_geometry(op, copy.copy(X), W, b, param).grid
        for op in ("forward", "backward")
        for b in (B, None)
        for param in ({"stride": 1, "pad": 1}, {"pad": [1, 1], "stride": (1, 1)})
    }
    assert len(grids) == 1
