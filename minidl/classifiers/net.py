"""What CS231n's nets share: a dict of parameters, one loss, and a penalty on large weights."""

import itertools

import numpy as np

from minidl.classifiers.stored import Stored, fitting
from minidl.fast_layers import softmax_loss_fast
from minidl.geometry import class_labels, not_negative, real_array


class Net(Stored):
    """A net whose scores meet the softmax loss: the protocol that CS231n's ``Solver`` trains.

    A net sets ``params``, ``reg``, ``dtype`` and ``num_layers``, and defines ``_forward(X)``, which
    returns scores and caches, and ``_backward(dscores, caches)``, which returns a gradient for
    every parameter.  Parameters of layer k are called ``W1, b1, ...``; every call of :meth:`loss`
    reads them, and ``reg``, anew, so that they may be set from outside.

    Attributes
    ----------
    params : dict of str to ndarray
    reg : float
        Strength of the penalty on large weights.
    """

    def loss(self, X, y=None):
        """Compute scores, or the loss and the gradient of every parameter.

        Parameters
        ----------
        X : ndarray of shape (N, d1, ..., dk)
            Images of any real dtype; they are cast to the net's own.
        y : ndarray of shape (N,), integer, optional
            Right classes.  Without them the net is in test mode.

        Returns
        -------
        scores : ndarray of shape (N, C)
            If ``y`` is None.
        loss : float
            Otherwise: the average cross-entropy, plus ``0.5 * reg * sum(W * W)`` for every ``W``;
            biases, scales and shifts pay no penalty.
        grads : dict of str to ndarray
            And its gradients, in the dtypes of the parameters, under the same names.

        Raises
        ------
        ValueError
            If a shape does not fit, a label is out of range, or ``reg`` is negative.
        TypeError
            If ``X`` does not hold real numbers, or ``y`` no integers.
        """
        reg = not_negative(f"{type(self).__name__}.loss", "reg", self.reg)
        return self._evaluate(X, y, 0.5 * reg)

    def __repr__(self):
        """Return the shapes of the parameters, which say what the net is made of."""
        shapes = ", ".join(f"{k} {'x'.join(map(str, np.shape(w)))}" for k, w in self.params.items())
        return f"{type(self).__name__}({shapes})"

    def _evaluate(self, X, y, penalty):
        op = f"{type(self).__name__}.loss"
        X = real_array(op, "X", X)
        if X.ndim < 2:
            hint = "; add the batch axis: X[None]" if X.ndim else ""
            raise ValueError(f"{op}: X must be a batch of images, got shape {X.shape}{hint}")
        if y is not None:
            n_classes = np.size(self.params[f"b{self.num_layers}"])
            y = class_labels(op, y, len(X), n_classes, "one label for each image of X")
        self._set_mode("test" if y is None else "train")
        scores, caches = self._forward(X.astype(self.dtype, copy=False))
        if y is None:
            return scores
        loss, dscores = softmax_loss_fast(scores, y)
        return self._penalised(loss, self._backward(dscores, caches), penalty)

    def _penalised(self, loss, grads, penalty):
        """Add ``penalty * sum(W * W)`` to the loss, and its gradient to those of the weights."""
        for name in grads:
            w = np.asarray(self.params[name])
            if penalty and name.startswith("W"):
                loss += penalty * float(np.vdot(w, w))
                grads[name] += (2 * penalty) * w
            if w.dtype.kind == "f":
                grads[name] = grads[name].astype(w.dtype, copy=False)
        return loss, grads

    def _set_mode(self, mode):
        """Tell layers that act otherwise in a test that this is one, or is not."""

    def _state(self):
        return {"params": self.params}

    def _restore(self, op, state):
        self.params.update(fitting(op, state.get("params"), self.params))


def draw_layers(sizes, scale, dtype=np.float64, first=1):
    """Draw fully connected layers, in order, from :mod:`numpy.random`'s global state.

    Parameters
    ----------
    sizes : list of int
        Values for each image: of the input, then of every layer.
    scale : float
        Standard deviation of the weights; biases are zero.
    dtype : numpy.dtype
    first : int
        Number of the first of these layers in its net.

    Returns
    -------
    params : dict of str to ndarray
        ``W1, b1, W2, ...``.
    """
    params = {}
    for k, shape in enumerate(itertools.pairwise(sizes), start=first):
        params[f"W{k}"] = drawn(shape, scale, dtype)
        params[f"b{k}"] = np.zeros(shape[1], dtype=dtype)
    return params


def drawn(shape, scale, dtype):
    """Return normal random numbers of :mod:`numpy.random`'s global state, times ``scale``."""
    weights = scale * np.random.randn(*shape)  # noqa: NPY002 - the course's contract
    return weights.astype(dtype, copy=False)
