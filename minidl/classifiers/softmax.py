"""The cross-entropy of a linear classifier: as loops that define it, and as products."""

import numpy as np

from minidl.classifiers.checks import linear_arguments
from minidl.fast_layers import softmax_loss_fast


def softmax_loss_naive(W, X, y, reg):
    """Compute the cross-entropy of a linear classifier and its gradient, image by image.

    With ``scores = X[n] @ W`` and ``p = exp(scores) / sum(exp(scores))``, an image adds
    ``-log(p[y[n]])``.  The largest score is subtracted first, which changes no probability and
    overflows nowhere.  The loss is the average over images, plus ``reg * sum(W * W)``; there is
    no factor 0.5, unlike in the nets of :mod:`minidl.classifiers.fc_net`.

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

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is out of range, or ``reg`` is negative.
    TypeError
        If ``y`` does not hold integers.

    References
    ----------
    .. [1] CS231n, "Linear classification", https://cs231n.github.io/linear-classify/#softmax
    """
    W, X, y = linear_arguments("softmax_loss_naive", W, X, y, reg)
    loss, dW = 0.0, np.zeros(W.shape, dtype=np.float64)
    for n in range(len(X)):
        scores = X[n] @ W
        scores -= np.max(scores)
        total = np.sum(np.exp(scores))
        loss += float(np.log(total) - scores[y[n]]) / len(X)
        for c in range(W.shape[1]):
            dscore = np.exp(scores[c]) / total - (c == y[n])
            dW[:, c] += X[n] * dscore / len(X)
    loss += float(reg * np.sum(W * W))
    dW += 2 * reg * W
    return loss, dW.astype(W.dtype)


def softmax_loss_vectorized(W, X, y, reg):
    """Compute what :func:`softmax_loss_naive` does, all images at once; read its contract there.

    The scores are a product of matrices, so their gradient reaches the weights by another one.
    """
    W, X, y = linear_arguments("softmax_loss_vectorized", W, X, y, reg)
    loss, dscores = softmax_loss_fast(X @ W, y)
    dW = X.T @ dscores
    dW += 2 * reg * W
    return loss + float(reg * np.sum(W * W)), dW
