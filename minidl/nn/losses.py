"""Losses as modules: called with predictions and targets, then asked for the gradient."""

import math

from minidl.geometry import positive
from minidl.spelling import near_miss
from minidl.twins import TWINS


class Loss:
    """A loss of the table of twins, with its gradient kept for :meth:`backward`.

    Parameters
    ----------
    reduction : {"mean", "sum"}
        What to make of the elements' losses.
    backend : {"fast", "naive"}
    """

    twin = None  # key in TWINS
    _options = ()  # what the loss takes beyond scores and targets

    def __init__(self, *, reduction="mean", backend="fast"):
        _require_reduction(type(self).__name__, reduction)
        self.reduction = reduction
        self.backend = backend
        (self._loss,) = TWINS[self.twin].implementation(backend, type(self).__name__)
        self._gradient = None

    def __call__(self, scores, y):
        """Return the loss, a float, of ``scores`` against the targets ``y``."""
        loss, gradient = self._loss(scores, y, *self._options)
        if self.reduction == "sum":
            n_terms = self._n_terms(gradient.shape)
            loss *= n_terms
            gradient *= n_terms
        self._gradient = gradient
        return loss

    @staticmethod
    def _n_terms(shape):
        """Return how many terms the mean of a loss of scores of ``shape`` is over."""
        return math.prod(shape)

    def backward(self):
        """Return the gradient of the last loss with respect to its scores."""
        if self._gradient is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward needs a loss first: call it with scores and y"
            )
        return self._gradient

    def __repr__(self):
        return f"{type(self).__name__}(reduction={self.reduction!r})"


class MSELoss(Loss):
    """Mean of ``(scores - y) ** 2`` over all elements; see :func:`minidl.layers.mse_loss`."""

    twin = "mse_loss"


class L1Loss(Loss):
    """Mean of ``abs(scores - y)`` over all elements; see :func:`minidl.layers.l1_loss`."""

    twin = "l1_loss"


class HuberLoss(Loss):
    """Squared error, linear for outliers; see :func:`minidl.layers.huber_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum"}
    delta : float
        From which error on an element is an outlier; above 0.
    backend : {"fast", "naive"}
    """

    twin = "huber_loss"

    def __init__(self, reduction="mean", delta=1.0, *, backend="fast"):
        self.delta = positive("HuberLoss", "delta", delta)
        super().__init__(reduction=reduction, backend=backend)
        self._options = (self.delta,)

    def __repr__(self):
        return f"HuberLoss(reduction={self.reduction!r}, delta={self.delta})"


class BCEWithLogitsLoss(Loss):
    """Sigmoid and cross-entropy of two classes: :func:`minidl.layers.bce_with_logits_loss`.

    ``scores`` and ``y`` have one shape; ``y`` holds 0 and 1, or probabilities between.
    """

    twin = "bce_with_logits_loss"


class CrossEntropyLoss(Loss):
    """Softmax and its cross-entropy with class labels; see :func:`minidl.layers.softmax_loss`.

    ``scores`` is (N, C), and ``y`` holds N integers in ``0 .. C - 1``.
    """

    twin = "softmax_loss"

    @staticmethod
    def _n_terms(shape):
        return shape[0]


def _require_reduction(op, reduction):
    """Refuse anything but "mean" and "sum"; PyTorch's "none" would be no loss to go back from."""
    if isinstance(reduction, str) and reduction in ("mean", "sum"):
        return
    hint = ""
    if isinstance(reduction, str):
        hint = near_miss(reduction.lower(), ("mean", "sum")) or "; backward starts from one number"
    raise ValueError(f"{op}: reduction must be 'mean' or 'sum', got {reduction!r}{hint}")
