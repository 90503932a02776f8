"""Losses of classes, compiled, and that of two classes as whole-array NumPy."""

import numpy as np

from minidl import kernels
from minidl.geometry import logits_and_probabilities, scores_and_labels


def softmax_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.softmax_loss`; read its contract there."""
    return _mean_loss(kernels.losses.softmax, *scores_and_labels("softmax_loss", x, y))


def svm_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.svm_loss`; read its contract there."""
    return _mean_loss(kernels.losses.svm, *scores_and_labels("svm_loss", x, y))


def _mean_loss(kernel, x, labels):
    x, labels = np.ascontiguousarray(x), np.ascontiguousarray(labels)
    dx = np.empty(x.shape, x.dtype)
    return kernel(x, labels, dx) / max(len(x), 1), dx


def bce_with_logits_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.bce_with_logits_loss`; read its contract there."""
    dtype, x, y = logits_and_probabilities("bce_with_logits_loss", x, y)
    score, target = (a.astype(np.float64, order="C").reshape(-1) for a in (x, y))
    n_scores = max(score.size, 1)
    negative = score < 0
    size = np.abs(score)
    small = np.exp(-size)
    wrong = np.where(negative, target, 1 - target)
    size[wrong == 0] = 0  # no 0 * inf
    loss = float((size / n_scores) @ wrong) + float(np.log1p(small).sum()) / n_scores
    probability = np.where(negative, small, 1) / (1 + small)
    dx = (probability - target) / n_scores
    return loss, dx.astype(dtype).reshape(x.shape)
