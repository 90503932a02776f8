"""How good a model is on a set of examples: accuracy, loss, or what the user counts."""

import contextlib
import math

import numpy as np

from minidl.nn.generators import random_states, set_random_states
from minidl.solver.checks import number
from minidl.solver.state import buffers, set_buffers
from minidl.spelling import near_miss


class Accuracy:
    """Share of examples whose largest score is that of their label; NaN if a score is NaN."""

    name = "acc"
    lower_is_better = False

    def __call__(self, model, X, y, batch_size):
        """Return the share, from 0 to 1."""
        guesses = []
        for batch, _ in _batches(X, y, batch_size):
            scores = np.asarray(model.loss(batch))
            if np.isnan(scores).any():
                return math.nan
            guesses.append(np.argmax(scores, axis=1))
        return float(np.mean(np.concatenate(guesses) == y))


class MeanLoss:
    """The model's loss, averaged over batches by their sizes; regularization is included.

    A model with ``eval_loss(X, y)``, as ``nn.Model`` has, computes it in evaluation mode.
    CS231n's protocol has no such mode: there the loss is that of training, with dropout, after
    which running statistics and random generators are put back.
    """

    name = "loss"
    lower_is_better = True

    def __call__(self, model, X, y, batch_size):
        """Return the mean loss."""
        with undisturbed(model):
            losses = [_loss(model, *batch) * len(batch[0]) for batch in _batches(X, y, batch_size)]
        return float(sum(losses) / len(X))


class OfScores:
    """A function of all scores and targets at once, by its own name."""

    lower_is_better = False

    def __init__(self, function):
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)

    def __call__(self, model, X, y, batch_size):
        """Return what the function does, as a float."""
        scores = [np.asarray(model.loss(batch)) for batch, _ in _batches(X, y, batch_size)]
        return number(f"the metric {self.name}", self.function(np.concatenate(scores), y))


@contextlib.contextmanager
def undisturbed(model):
    """Put back what forward passes change: running statistics and random generators."""
    statistics, states = buffers(model), random_states(model=model)
    try:
        yield
    finally:
        set_buffers(model, statistics)
        set_random_states(states, model=model)


def known_metric(metric):
    """Return the metric that ``metric``, a name or a function, stands for."""
    if callable(metric):
        return OfScores(metric)
    by_name = {"accuracy": Accuracy, "loss": MeanLoss}
    if not isinstance(metric, str) or metric not in by_name:
        raise ValueError(
            f"Solver: metric must be 'accuracy', 'loss' or a function of (scores, y), "
            f"got {metric!r}{near_miss(str(metric), by_name)}"
        )
    return by_name[metric]()


def _loss(model, X, y):
    return model.eval_loss(X, y) if hasattr(model, "eval_loss") else model.loss(X, y)[0]


def _batches(X, y, batch_size):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]
