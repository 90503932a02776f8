"""The multiclass hinge loss of a linear classifier: as loops that define it, and as products."""

import numpy as np

from minidl.classifiers.checks import linear_arguments
from minidl.fast_layers import svm_loss_fast


def svm_loss_naive(W, X, y, reg):
    """Compute the hinge loss of a linear classifier and its gradient, image by image.

    With ``scores = X[n] @ W``, every wrong class whose score comes closer than 1 to the right
    one's adds ``scores[c] - scores[y[n]] + 1``.  The loss is the average over images, plus
    ``reg * sum(W * W)``; there is no factor 0.5, unlike in the nets of
    :mod:`minidl.classifiers.fc_net`.

    Parameters
    ----------
    W : ndarray of shape (D, C)
        Weights, one column for each class.
    X : ndarray of shape (N, D)
        Images, one row each; integers will do.
    y : ndarray of shape (N,), integer
        Right classes, in ``0 .. C - 1``.
    reg : float
        Strength of the penalty on large weights.

    Returns
    -------
    loss : float
    dW : ndarray of shape (D, C)
        The subgradient where a margin is exactly 0 is taken to be 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is out of range, or ``reg`` is negative.
    TypeError
        If ``y`` does not hold integers.

    References
    ----------
    .. [1] CS231n, "Linear classification", https://cs231n.github.io/linear-classify/#svm
    """
    W, X, y = linear_arguments("svm_loss_naive", W, X, y, reg)
    loss, dW = 0.0, np.zeros(W.shape, dtype=np.float64)
    for n in range(len(X)):
        scores = X[n] @ W
        for c in range(W.shape[1]):
            margin = scores[c] - scores[y[n]] + 1
            if c != y[n] and not margin <= 0:  # "not <=" lets NaN through
                loss += float(margin) / len(X)
                dW[:, c] += X[n] / len(X)
                dW[:, y[n]] -= X[n] / len(X)
    loss += float(reg * np.sum(W * W))
    dW += 2 * reg * W
    return loss, dW.astype(W.dtype)


def svm_loss_vectorized(W, X, y, reg):
    """Compute what :func:`svm_loss_naive` does, all images at once; read its contract there.

    The scores are a product of matrices, so their gradient reaches the weights by another one.
    """
    W, X, y = linear_arguments("svm_loss_vectorized", W, X, y, reg)
    loss, dscores = svm_loss_fast(X @ W, y)
    dW = X.T @ dscores
    dW += 2 * reg * W
    return loss + float(reg * np.sum(W * W)), dW
