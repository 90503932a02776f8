"""What to ask before a long run: whether the first loss is right, and the net can learn at all.

Both work on a copy of the model, and leave the random generators as they found them.
"""

import copy
import dataclasses
import math

import numpy as np

from minidl.geometry import integer
from minidl.solver.metrics import Accuracy, MeanLoss, undisturbed

NEAR = 0.15  # how far the first loss may be from its expectation, as a share of it
SMALL = 0.01  # of the first loss: what counts as learned where there is no accuracy


@dataclasses.dataclass(frozen=True)
class InitialLoss:
    """What :meth:`Solver.check_initial_loss` found; print it, or ask ``passed``.

    Attributes
    ----------
    loss : float
        Loss of the untrained model, without regularization where the model has ``reg``.
    n_classes : int or None
        How many scores there are for an example; None if the metric is not accuracy.
    passed : bool or None
        Whether the loss is that of an undecided model; None where none is expected.
    """

    loss: float
    n_classes: int | None
    passed: bool | None

    def __str__(self):
        if self.n_classes is None:
            return f"the first loss is {self.loss:.4g}; without classes, none is expected"
        c, expected = self.n_classes, math.log(self.n_classes)
        words = f"the first loss is {self.loss:.4g}; with {c} classes and all scores near 0, "
        words += f"softmax gives log({c}) = {expected:.4g}, and a margin loss {c} - 1 = {c - 1}"
        if self.passed:
            return words + ": as it should be"
        if not math.isfinite(self.loss):
            return words + ": the scores are too large; scale the data and the initial weights down"
        if self.loss > expected:
            return words + (
                ": the untrained model is confident and wrong; its weights are too large, or the "
                "data is not scaled, or the loss is summed where a mean is expected"
            )
        return words + ": the model knows the answers already; was it trained before?"


@dataclasses.dataclass(frozen=True)
class Overfit:
    """What :meth:`Solver.overfit_small_batch` found; print it, or ask ``passed``.

    Attributes
    ----------
    n : int
        How many examples were learned by heart, or not.
    iterations : int
        How many steps it took.
    first_loss, loss : float
        Before and after.
    accuracy : float or None
        On these examples, in evaluation mode; None if the metric is not accuracy.
    passed : bool
        Whether all of them are right, or, without accuracy, the loss fell to a hundredth.
    """

    n: int
    iterations: int
    first_loss: float
    loss: float
    accuracy: float | None
    passed: bool

    def __str__(self):
        shown = "" if self.accuracy is None else f", accuracy {self.accuracy:.0%}"
        words = f"{self.n} examples, {self.iterations} steps: "
        words += f"loss {self.first_loss:.4g} -> {self.loss:.4g}{shown}"
        if self.passed:
            return words + ": the model can learn them by heart, as it should"
        return words + (
            ": it cannot even learn these by heart; try learning rates ten times larger and "
            "smaller, turn off regularization and dropout, check gradients "
            "(minidl.gradient_check), and look at the labels"
        )


def check_initial_loss(model, data, classes):
    """Return an :class:`InitialLoss`; see :meth:`Solver.check_initial_loss`."""
    X, y = _some(data, 100)
    with undisturbed(model):
        model = copy.deepcopy(model)
        if hasattr(model, "reg"):
            model.reg = 0.0
        n_classes = np.asarray(model.loss(X)).shape[1] if classes else None
        loss = float(model.loss(X, y)[0])
    if n_classes is None or n_classes < 2:
        return InitialLoss(loss, None, None)
    near = [math.isclose(loss, e, rel_tol=NEAR) for e in (math.log(n_classes), n_classes - 1)]
    return InitialLoss(loss, n_classes, any(near))


def overfit_small_batch(model, data, rule, optim_config, classes, n, iterations):
    """Return an :class:`Overfit`; see :meth:`Solver.overfit_small_batch`."""
    n = integer("overfit_small_batch", "n", n, 1)
    iterations = integer("overfit_small_batch", "iterations", iterations, 1)
    X, y = _some(data, n)
    with undisturbed(model):
        model = copy.deepcopy(model)
        configs = {name: dict(optim_config) for name in model.params}
        losses, accuracy, passed, step = [], None, False, 0
        while step < iterations and not passed:
            loss, grads = model.loss(X, y)
            losses.append(float(loss))
            if not math.isfinite(loss):
                break
            for name, w in list(model.params.items()):
                model.params[name], configs[name] = rule(w, grads[name], configs[name])
            step += 1
            if step % 10 == 0 or step == iterations:
                accuracy, passed = _learned(model, X, y, losses[0], classes)
        last = losses[-1] if not math.isfinite(losses[-1]) else MeanLoss()(model, X, y, len(X))
    return Overfit(len(X), step, losses[0], last, accuracy, passed)


def _learned(model, X, y, first_loss, classes):
    if classes:
        accuracy = Accuracy()(model, X, y, len(X))
        return accuracy, accuracy == 1.0
    return None, MeanLoss()(model, X, y, len(X)) <= SMALL * first_loss


def _some(data, n):
    """Return up to ``n`` examples, evenly spaced, so that sorted data gives several classes."""
    n = min(n, len(data["X_train"]))
    chosen = np.linspace(0, len(data["X_train"]) - 1, n).astype(int)
    return data["X_train"][chosen], data["y_train"][chosen]
