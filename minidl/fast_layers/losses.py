"""Losses of classes as whole-array NumPy: 20 microseconds for 64 x 10 scores, in a step of ms."""

import numpy as np

from minidl.geometry import logits_and_probabilities, scores_and_labels


def softmax_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.softmax_loss`; read its contract there."""
    x, y = scores_and_labels("softmax_loss", x, y)
    n_images = max(len(x), 1)
    images = np.arange(len(x))
    shifted = np.subtract(x, x.max(axis=1, keepdims=True), order="C")
    right = shifted[images, y]
    probabilities = np.exp(shifted, out=shifted)
    totals = probabilities.sum(axis=1)
    loss = float(np.sum(np.log(totals) - right, dtype=np.float64)) / n_images
    dx = probabilities
    dx /= totals[:, None]
    dx[images, y] -= 1
    dx /= n_images
    return loss, dx


def svm_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.svm_loss`; read its contract there."""
    x, y = scores_and_labels("svm_loss", x, y)
    n_images = max(len(x), 1)
    images = np.arange(len(x))
    margins = np.subtract(x, x[images, y][:, None], order="C")
    margins += 1
    margins[images, y] = 0
    counts = ~(margins <= 0)  # "not <=" lets NaN through
    loss = float(np.sum(margins, where=counts, dtype=np.float64)) / n_images
    dx = counts.astype(x.dtype)
    dx[images, y] -= dx.sum(axis=1)
    dx /= n_images
    return loss, dx


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
