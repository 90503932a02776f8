"""What is refused about labels, targets and probabilities, and how to mend it."""

import re

import numpy as np
import pytest

from minidl.geometry import logits_and_probabilities, predictions_and_targets, scores_and_labels


@pytest.mark.parametrize(
    ("scores", "y", "error", "message"),
    [
        (np.zeros((2, 3)), [0, 3], ValueError, "label y[1] is 3, and 3 classes have labels 0 to 2"),
        (np.zeros((2, 3)), [-1, 0], ValueError, "label y[0] is -1, and 3 classes have"),
        (np.zeros((2, 3)), [0.0, 1.0], TypeError, "y must hold integer labels, got dtype float64"),
        (np.zeros((2, 3)), [True, False], TypeError, "y must hold integer labels, got dtype bool"),
        (np.zeros((2, 3)), ["a", "b"], TypeError, "y must hold real numbers"),
        (np.zeros((2, 3)), [0], ValueError, "y must have shape (2,)"),
        (
            np.zeros((2, 3)),
            [[0], [1]],
            ValueError,
            "y must have shape (2,) (one label for each row of x), got (2, 1); "
            "drop the axis: y[:, 0]",
        ),
        (
            np.zeros((2, 3)),
            [[1, 0, 0], [0, 0, 1]],
            ValueError,
            "y must have shape (2,) (one label for each row of x), got (2, 3); "
            "are its rows one-hot? y.argmax(axis=1)",
        ),
        (np.zeros(3), [0], ValueError, "x must be (N, C), got shape (3,)"),
        (np.zeros((2, 0)), [0, 0], ValueError, "x has an empty axis"),
    ],
)
def test_scores_and_labels_refused(scores, y, error, message):
    with pytest.raises(error, match=re.escape(f"op: {message}")):
        scores_and_labels("op", scores, y)


def test_huge_unsigned_labels_are_refused():
    with pytest.raises(ValueError, match="label"):
        scores_and_labels("op", np.zeros((1, 3)), np.array([2**64 - 1], np.uint64))


@pytest.mark.parametrize("check", [predictions_and_targets, logits_and_probabilities])
@pytest.mark.parametrize("dtype", [int, float])
@pytest.mark.parametrize(
    ("scores", "y", "hint"),
    [
        ((3, 1), (3,), "; add the axis: y[:, None]"),
        ((3,), (3, 1), "; drop the axis: y[:, 0]"),
        ((3, 2, 1), (3, 2), "; add the axis: y[..., None]"),
        ((3, 2), (3, 2, 1), "; drop the axis: y[..., 0]"),
        ((1,), (), "; add the axis: y[..., None]"),
        ((), (1,), "; drop the axis: y[..., 0]"),
        ((3, 2), (3,), ""),
        ((3, 2), (2, 3), ""),
    ],
)
def test_targets_are_not_broadcast(check, dtype, scores, y, hint):
    """A column of scores against a row of targets would quietly become a square of errors."""
    scores, y = np.zeros(scores), np.zeros(y, dtype)
    message = (
        f"op: y must have the shape of x, {scores.shape}, got {y.shape}; "
        f"nothing is broadcast here{hint}"
    )
    with pytest.raises(ValueError, match=re.escape(message) + "$"):
        check("op", scores, y)
    if hint:
        mended = eval(hint.split(": ")[1], {"y": y})
        check("op", scores, mended)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([[0, 1], [0, 2]], "target y[1, 1] is 2, and a target is a probability, 0 to 1"),
        ([[0, -1], [0, 2]], "target y[0, 1] is -1, and"),
        ([[0.0, 1.0], [1.5, 0.0]], "target y[1, 0] is 1.5, and"),
        ([[0.0, 1.0], [1.0, np.nan]], "target y[1, 1] is nan, and"),
        (np.full((2, 2), np.inf, np.float32), "target y[0, 0] is inf, and"),
        (np.full((2, 2), 255, np.uint8), "target y[0, 0] is 255, and"),
        ([["a", "b"]], "y must hold real numbers"),
    ],
)
def test_probabilities_refused(y, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(f"op: {message}")):
        logits_and_probabilities("op", np.zeros((2, 2), np.float32), y)


def test_a_single_target_is_named_without_an_index():
    with pytest.raises(ValueError, match=re.escape("op: target y is 7, and a target")):
        logits_and_probabilities("op", 0.5, 7)


@pytest.mark.parametrize(
    ("y", "expected"),
    [("int64", "float32"), ("bool", "float32"), ("float16", "float32"), ("float64", "float64")],
)
def test_labels_leave_the_scores_their_dtype(y, expected):
    dtype, *arrays = logits_and_probabilities("op", np.zeros(2, np.float32), np.ones(2, y))
    assert dtype == expected
    assert [a.dtype for a in arrays] == [dtype, dtype]
