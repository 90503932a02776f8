"""Losses of classes, written to be read: the loops are the definition.

Each returns the loss and its gradient with respect to the scores at once.  The fast twin is
:mod:`minidl.fast_layers.losses`; both are listed in :mod:`minidl.twins`.
"""

import math

import numpy as np

from minidl.geometry import logits_and_probabilities, scores_and_labels


def softmax_loss(x, y):
    """Cross-entropy of the softmax of class scores, averaged over images.

    ``loss = mean(-log(p[n, y[n]]))`` with ``p[n] = exp(x[n]) / sum(exp(x[n]))``.
    The largest score is subtracted first, which changes no probability and overflows nowhere.

    Parameters
    ----------
    x : ndarray of shape (N, C)
        Score of each class for each image.
    y : ndarray of shape (N,), integer
        Right classes, in ``0 .. C - 1``.

    Returns
    -------
    loss : float
        0 for an empty batch.
    dx : ndarray of shape (N, C)
        ``(p[n] - onehot(y[n])) / N``

    Raises
    ------
    ValueError
        If a label is out of range, or the shapes do not fit.
    TypeError
        If ``y`` does not hold integers.

    References
    ----------
    .. [1] CS231n, "Linear classification", https://cs231n.github.io/linear-classify/#softmax
    """
    x, y = scores_and_labels("softmax_loss", x, y)
    loss = 0.0
    dx = np.empty(x.shape, dtype=x.dtype)
    for n in range(len(x)):
        shifted = x[n] - np.max(x[n])
        total = np.sum(np.exp(shifted))
        loss += float(np.log(total) - shifted[y[n]]) / len(x)
        dx[n] = np.exp(shifted) / total
        dx[n, y[n]] -= 1
        dx[n] /= len(x)
    return loss, dx


def svm_loss(x, y):
    """Multiclass hinge loss with margin 1, averaged over images.

    ``loss = mean(sum(max(0, x[n, c] - x[n, y[n]] + 1) for c != y[n]))``

    Parameters
    ----------
    x : ndarray of shape (N, C)
        Score of each class for each image.
    y : ndarray of shape (N,), integer
        Right classes, in ``0 .. C - 1``.

    Returns
    -------
    loss : float
        0 for an empty batch.
    dx : ndarray of shape (N, C)
        The subgradient where a margin is exactly 0 is taken to be 0.

    Raises
    ------
    ValueError
        If a label is out of range, or the shapes do not fit.
    TypeError
        If ``y`` does not hold integers.

    References
    ----------
    .. [1] CS231n, "Linear classification", https://cs231n.github.io/linear-classify/#svm
    """
    x, y = scores_and_labels("svm_loss", x, y)
    n_images, n_classes = x.shape
    loss = 0.0
    counts = np.zeros(x.shape, dtype=int)  # of margins that push a score down
    for n in range(n_images):
        for c in range(n_classes):
            margin = x[n, c] - x[n, y[n]] + 1
            if c != y[n] and not margin <= 0:  # "not <=" lets NaN through
                loss += float(margin) / n_images
                counts[n, c] += 1
                counts[n, y[n]] -= 1
    return loss, (counts / max(n_images, 1)).astype(x.dtype)


def bce_with_logits_loss(x, y):
    """Cross-entropy of two classes, "yes" and "no", averaged over all scores.

    A score is the logit of "yes", whose probability is ``p = sigmoid(score)``, and
    ``loss = mean(-y * log(p) - (1 - y) * log(1 - p))``.  To take no logarithm of 0, every term is
    written ``abs(score) * wrong + log(1 + exp(-abs(score)))``, where ``wrong`` is the target's
    probability of the class that the score's sign denies.

    Parameters
    ----------
    x : ndarray of any shape
        One score for each answer.
    y : ndarray, same shape as ``x``
        Labels 0 and 1, bools, or probabilities from 0 to 1.  Integers and bools leave the scores
        their dtype.

    Returns
    -------
    loss : float
        0 for empty arrays; infinite scores on the right side cost nothing.
    dx : ndarray, same shape as ``x``
        ``(sigmoid(x) - y) / x.size``

    Raises
    ------
    ValueError
        If a target is not from 0 to 1, or the shapes differ; nothing is broadcast.
    """
    dtype, x, y = logits_and_probabilities("bce_with_logits_loss", x, y)
    loss = 0.0
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        score, target = float(x[cell]), float(y[cell])
        small = math.exp(-abs(score))
        wrong = target if score < 0 else 1 - target
        far = abs(score) / x.size * wrong if wrong else 0.0  # not 0 * inf
        loss += far + math.log1p(small) / x.size
        probability = (small if score < 0 else 1) / (1 + small)
        dx[cell] = (probability - target) / x.size
    return loss, dx
