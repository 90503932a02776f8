"""The first assignment's two-layer net, which trains itself."""

import numpy as np

from minidl.classifiers import fc_net
from minidl.classifiers.checks import training_set, training_steps
from minidl.classifiers.net import draw_layers
from minidl.geometry import class_labels, integer, not_negative


class TwoLayerNet(fc_net.TwoLayerNet):
    """The net affine - ReLU - affine - softmax, with the first assignment's arguments.

    The passes are those of :class:`minidl.classifiers.fc_net.TwoLayerNet`.  The strength of the
    penalty is an argument of :meth:`loss` and :meth:`train` here, and there is no factor 0.5.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        Values for each image, hidden values, classes.
    std : float
        Standard deviation of the first weights, ``std * np.random.randn``, ``W1`` first.
    """

    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        op = "TwoLayerNet"
        sizes = [
            integer(op, "input_size", input_size, 1),
            integer(op, "hidden_size", hidden_size, 1),
            integer(op, "output_size", output_size, 1),
        ]
        self.params = draw_layers(sizes, not_negative(op, "std", std))

    def loss(self, X, y=None, reg=0.0):
        """Compute scores, or the loss and its gradients, as every net here does.

        Parameters
        ----------
        X : ndarray of shape (N, D)
        y : ndarray of shape (N,), integer, optional
        reg : float
            The penalty is ``reg * sum(W * W)`` for every ``W``.

        Returns
        -------
        scores : ndarray of shape (N, C)
            If ``y`` is None.
        loss : float
        grads : dict of str to ndarray
        """
        return self._evaluate(X, y, not_negative("TwoLayerNet.loss", "reg", reg))

    def train(
        self,
        X,
        y,
        X_val,
        y_val,
        learning_rate=1e-3,
        learning_rate_decay=0.95,
        reg=5e-6,
        num_iters=100,
        batch_size=200,
        verbose=False,
    ):
        """Train by stochastic gradient descent.

        Batches come from :mod:`numpy.random`'s global state, with replacement.  Once an epoch,
        ``max(N // batch_size, 1)`` steps, accuracies are noted and the learning rate is decayed.

        Parameters
        ----------
        X, y : ndarray of shape (N, D), and (N,) of integers
            Training images and their right classes.
        X_val, y_val : ndarray
            The same for validation.
        learning_rate, learning_rate_decay, reg : float
        num_iters, batch_size : int
            Number of steps, and images for each.
        verbose : bool
            Whether to print the loss of every hundredth step.

        Returns
        -------
        history : dict
            ``loss_history``, of every step; ``train_acc_history``, of one batch an epoch; and
            ``val_acc_history``.

        Raises
        ------
        ValueError
            If a set is empty, shapes do not fit, a label is out of range, or a number is; nothing
            was changed.
        TypeError
            If labels are no integers.
        """
        op = "TwoLayerNet.train"
        X, y = self._labelled(op, X, y)
        X_val, y_val = self._labelled(f"{op}, validation", X_val, y_val)
        training_steps(
            op,
            num_iters,
            batch_size,
            learning_rate=learning_rate,
            learning_rate_decay=learning_rate_decay,
            reg=reg,
        )
        history = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        steps_an_epoch = max(len(X) // batch_size, 1)
        for it in range(num_iters):
            chosen = np.random.choice(len(X), batch_size)  # noqa: NPY002 - the course's
            X_batch, y_batch = X[chosen], y[chosen]
            loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
            history["loss_history"].append(loss)
            for name, gradient in grads.items():
                self.params[name] -= learning_rate * gradient
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
            if it % steps_an_epoch == 0:
                history["train_acc_history"].append(np.mean(self.predict(X_batch) == y_batch))
                history["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
        return history

    def _labelled(self, op, X, y):
        X, y = training_set(op, X, y)
        n_inputs, n_classes = len(self.params["W1"]), len(self.params["b2"])
        if X[0].size != n_inputs:
            raise ValueError(f"{op}: X has {X[0].size} values for each image, W1 takes {n_inputs}")
        return X, class_labels(op, y, len(X), n_classes, "one label for each image of X")

    def predict(self, X):
        """Return the class of the largest score for each image; of equal ones, the first.

        Parameters
        ----------
        X : ndarray of shape (N, D)

        Returns
        -------
        y_pred : ndarray of shape (N,), integer
        """
        return np.argmax(self.loss(X), axis=1)
