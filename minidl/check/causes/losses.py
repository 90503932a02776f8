"""Mistakes of losses of class scores, and what comes out of each."""

import numpy as np

from minidl.check.causes.hypothesis import Hypothesis


def _right_class(e):
    """Return an array of zeros with 1 at the right class of every image."""
    x, y = e.prepared.case.arguments
    picked = np.zeros(x.shape)
    picked[np.arange(len(x)), y] = 1
    return picked


def _loss_plus(number):
    def predict(e):
        return e.expected + number if e.name == "loss" and len(_right_class(e)) else None

    return predict


def _without_right_class(e):
    if e.name != "dx":
        return None
    return np.where(_right_class(e) == 1, 0, e.expected)


def _right_class_not_subtracted(e):
    return e.expected + _right_class(e) / max(1, len(e.expected)) if e.name == "dx" else None


def _subtracted_once(e):
    if e.name != "dx":
        return None
    picked = _right_class(e)
    return np.where(picked == 1, -1 / max(1, len(picked)), e.expected)


SOFTMAX = (
    Hypothesis(
        "1 is not subtracted at the right class: dx is (p - onehot(y)) / N",
        _right_class_not_subtracted,
    ),
)
SVM = (
    Hypothesis(
        "the loss is too large by 1: the right class, whose margin is 1, does not count",
        _loss_plus(1),
    ),
    Hypothesis(
        "dx lacks the right class: each margin above 0 also subtracts 1 / N there",
        _without_right_class,
    ),
    Hypothesis(
        "at the right class 1 is subtracted once, and must be for each margin above 0",
        _subtracted_once,
    ),
)
