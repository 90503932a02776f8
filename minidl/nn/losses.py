"""Losses as modules: called with predictions and targets, then asked for the gradient."""

import numpy as np

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

    def __init__(self, *, reduction="mean", backend="fast"):
        if reduction not in ("mean", "sum"):
            raise ValueError(
                f"{type(self).__name__}: reduction must be 'mean' or 'sum', got {reduction!r}"
            )
        self.reduction = reduction
        self.backend = backend
        (self._loss,) = TWINS[self.twin].implementation(backend, type(self).__name__)
        self._gradient = None

    def __call__(self, scores, y):
        """Return the loss, a float, of ``scores`` against the targets ``y``."""
        loss, gradient = self._loss(scores, y)
        if self.reduction == "sum":
            n_elements = self._n_elements(np.shape(scores))
            loss, gradient = loss * n_elements, gradient * n_elements
        self._gradient = gradient
        return loss

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

    @staticmethod
    def _n_elements(shape):
        return int(np.prod(shape))


class CrossEntropyLoss(Loss):
    """Softmax and its cross-entropy with class labels; see :func:`minidl.layers.softmax_loss`.

    ``scores`` is (N, C), and ``y`` holds N integers in ``0 .. C - 1``.
    """

    twin = "softmax_loss"

    @staticmethod
    def _n_elements(shape):
        return shape[0]
