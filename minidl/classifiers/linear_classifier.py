"""Linear classifiers, trained by stochastic gradient descent.

Notebooks import the losses from here, too.
"""

import numpy as np

from minidl.classifiers.checks import one_row_an_image, training_set, training_steps
from minidl.classifiers.linear_svm import *  # noqa: F403 - handed on, see above
from minidl.classifiers.linear_svm import svm_loss_vectorized
from minidl.classifiers.net import drawn
from minidl.classifiers.softmax import *  # noqa: F403
from minidl.classifiers.softmax import softmax_loss_vectorized
from minidl.classifiers.stored import Stored, fitting
from minidl.geometry import class_labels, float_arrays, require_axes


class LinearClassifier(Stored):
    """Scores ``X @ W``, the largest of which names the class; subclasses define the loss.

    Attributes
    ----------
    W : ndarray of shape (D, C), or None before training
        Weights, one column for each class.
    """

    def __init__(self):
        self.W = None

    def __repr__(self):
        shape = "untrained" if self.W is None else f"W {self.W.shape[0]}x{self.W.shape[1]}"
        return f"{type(self).__name__}({shape})"

    def train(
        self,
        X,
        y,
        learning_rate=1e-3,
        reg=1e-5,
        num_iters=100,
        batch_size=200,
        verbose=False,
    ):
        """Train by stochastic gradient descent; the first call draws ``W``, later ones go on.

        Random numbers come from :mod:`numpy.random`'s global state, as in the course: first ``W``,
        ``0.001 * randn(D, C)``, then the images of every batch, drawn with replacement.

        Parameters
        ----------
        X : ndarray of shape (N, D)
            Images, one row each.
        y : ndarray of shape (N,), integer
            Right classes; there are as many classes as the largest label says.
        learning_rate, reg : float
            Step size, and strength of the penalty on large weights.
        num_iters, batch_size : int
            Number of steps, and images for each.
        verbose : bool
            Whether to print the loss of every hundredth step.

        Returns
        -------
        loss_history : list of float
            The loss of every batch, before its step.

        Raises
        ------
        ValueError
            If the training set is empty, shapes do not fit, a label is out of range, or a number
            is; nothing was changed.
        TypeError
            If ``y`` does not hold integers.
        """
        op = f"{type(self).__name__}.train"
        X, y = self._training_set(op, X, y)
        training_steps(op, num_iters, batch_size, learning_rate=learning_rate, reg=reg)
        if self.W is None:
            self.W = drawn((X.shape[1], int(y.max()) + 1), 0.001, np.float64)
        loss_history = []
        for it in range(num_iters):
            chosen = np.random.choice(len(X), batch_size)  # noqa: NPY002
            loss, dW = self.loss(X[chosen], y[chosen], reg)
            loss_history.append(loss)
            self.W -= learning_rate * dW
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
        return loss_history

    def _training_set(self, op, X, y):
        X, y = training_set(op, X, y)
        n_inputs, n_classes = X.shape[-1], max(int(y.max()) + 1, 1)
        if self.W is not None:
            n_inputs, n_classes = self.W.shape
        one_row_an_image(op, "X", X, n_inputs, f"W, of earlier training, takes {n_inputs}")
        return X, class_labels(op, y, len(X), n_classes, "one label for each image of X")

    def predict(self, X):
        """Return the class of the largest score for each image; of equal ones, the first.

        Parameters
        ----------
        X : ndarray of shape (N, D)

        Returns
        -------
        y_pred : ndarray of shape (N,), integer

        Raises
        ------
        RuntimeError
            Before :meth:`train` or :meth:`load`.
        """
        op = f"{type(self).__name__}.predict"
        return np.argmax(self._fitting_images(op, X) @ self._weights(op), axis=1)

    def loss(self, X_batch, y_batch, reg):
        """Return the loss of a batch and its gradient with respect to ``W``.

        Parameters
        ----------
        X_batch : ndarray of shape (N, D)
        y_batch : ndarray of shape (N,), integer
        reg : float
            The penalty is ``reg * sum(W * W)``.

        Returns
        -------
        loss : float
        dW : ndarray of shape (D, C)
        """
        raise NotImplementedError(
            f"{type(self).__name__}.loss: a subclass defines it, as LinearSVM and Softmax do"
        )

    def _weights(self, op):
        if self.W is None:
            raise RuntimeError(f"{op}: there are no weights yet; call train or load first")
        return self.W

    def _fitting_images(self, op, X):
        """Return ``X`` in the dtype of the weights, so that the loss and its gradient keep it."""
        W = self._weights(op)
        X = one_row_an_image(op, "X", X, len(W), f"W takes {len(W)}")
        return X.astype(np.result_type(np.float32, W), copy=False)

    def _state(self):
        return {"params": {"W": self._weights(f"{type(self).__name__}.save")}}

    def _restore(self, op, state):
        params, W = state.get("params"), self.W
        if W is None and isinstance(params, dict) and "W" in params:
            _, (W,) = float_arrays(op, W=params["W"])
            require_axes(op, "W", W, "(D, C)")
        self.W = fitting(op, params, {"W": W})["W"]


class LinearSVM(LinearClassifier):
    """Linear classifier with the multiclass hinge loss."""

    def loss(self, X_batch, y_batch, reg):
        """Return :func:`~minidl.classifiers.linear_svm.svm_loss_vectorized` of a batch."""
        X_batch = self._fitting_images("LinearSVM.loss", X_batch)
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    """Linear classifier with the cross-entropy of the softmax of its scores."""

    def loss(self, X_batch, y_batch, reg):
        """Return :func:`~minidl.classifiers.softmax.softmax_loss_vectorized` of a batch."""
        X_batch = self._fitting_images("Softmax.loss", X_batch)
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
