"""Where two results differ most."""

import numpy as np
import pytest

from minidl.compare.equality import gap, gaps_of, inputs_text, worst


def test_the_largest_difference_and_both_numbers():
    expected = np.array([[1.0, -8.0], [2.0, 4.0]])
    actual = np.array([[1.0, -7.5], [2.25, 4.0]])
    found = gap("fast", "dw", actual, expected, 1e-5)
    assert (found.absolute, found.relative) == (0.5, 0.5 / 8)
    assert (found.index, found.actual, found.expected) == ((0, 1), -7.5, -8.0)
    assert not found.equal
    assert str(found) == (
        "fast: dw differs by 0.5 at [0, 1]: -7.5, should be -8 "
        "(0.06 of the largest, up to 1e-05 is equal)"
    )


def test_equal_results_have_no_gap():
    found = gap("fast", "out", np.array([1.0, np.nan, np.inf]), [1.0, np.nan, np.inf], 0.0)
    assert found.equal
    assert found.absolute == 0
    assert gap("fast", "out", np.zeros((0, 3)), np.zeros((0, 3)), 0.0).equal
    assert gap("fast", "loss", 1.5, 1.5, 0.0).index == ()


@pytest.mark.parametrize(("mine", "right"), [(np.nan, 1.0), (1.0, np.nan), (np.inf, -np.inf)])
def test_one_number_that_is_none_is_where_they_differ(mine, right):
    found = gap("fast", "out", np.array([0.0, mine, 5.0]), np.array([0.0, right, 4.0]), 1e-5)
    assert not found.equal
    assert found.index == (1,)
    record = found.as_dict()
    assert record["max_absolute"] is None
    assert record["index"] == [1]


def test_other_shapes_and_other_things_are_problems():
    assert "has shape (2,), should be (3,)" in str(gap("f", "out", [1, 2], [1, 2, 3], 1))
    assert "holds no real numbers, but <U1" in str(gap("f", "out", ["a"], [1.0], 1))
    (found,) = gaps_of("f", ["dx", "dw"], [1.0], [1.0, 2.0], 1e-5)
    assert str(found) == "f: its results are 1, should be 2: dx, dw"


def test_the_worst_of_each_result_is_kept():
    gaps = [
        gap("fast", name, [1 + d], [1.0], 1) for name, d in [("a", 0.1), ("a", 0.3), ("b", 0.2)]
    ]
    assert [(g.result, round(g.absolute, 3)) for g in worst(gaps)] == [("a", 0.3), ("b", 0.2)]


def test_inputs_in_words():
    case = np.zeros((2, 3)), {"stride": 1, "running": np.zeros(3)}, 0.5
    assert inputs_text(case, ["x", "param", "slope"]) == "x (2, 3), param {'stride': 1}, slope 0.5"
