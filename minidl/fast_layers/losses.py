"""Losses as whole-array NumPy: batches of scores are small, and a kernel would gain nothing."""

import numpy as np

from minidl.geometry import predictions_and_targets, scores_and_labels


def mse_loss_fast(scores, y):
    """Fast twin of :func:`~minidl.layers.losses.mse_loss`; read its contract there."""
    _, scores, y = predictions_and_targets("mse_loss", scores, y)
    error = np.asarray(scores - y)  # the difference of two 0-d arrays is a scalar
    n_elements = max(error.size, 1)
    flat = error.reshape(-1)
    return float(flat @ flat) / n_elements, error * (2 / n_elements)


def softmax_loss_fast(scores, y):
    """Fast twin of :func:`~minidl.layers.losses.softmax_loss`; read its contract there."""
    scores, y = scores_and_labels("softmax_loss", scores, y)
    n_images = max(len(scores), 1)
    images = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    right = shifted[images, y]
    probabilities = np.exp(shifted, out=shifted)
    totals = probabilities.sum(axis=1)
    loss = float(np.sum(np.log(totals) - right, dtype=np.float64)) / n_images
    dscores = probabilities
    dscores /= totals[:, None]
    dscores[images, y] -= 1
    dscores /= n_images
    return loss, dscores


def svm_loss_fast(scores, y):
    """Fast twin of :func:`~minidl.layers.losses.svm_loss`; read its contract there."""
    scores, y = scores_and_labels("svm_loss", scores, y)
    n_images = max(len(scores), 1)
    images = np.arange(len(scores))
    margins = scores - scores[images, y][:, None] + 1
    margins[images, y] = 0
    counts = ~(margins <= 0)  # "not <=" lets NaN through
    loss = float(np.sum(margins, where=counts, dtype=np.float64)) / n_images
    dscores = counts.astype(scores.dtype)
    dscores[images, y] -= dscores.sum(axis=1)
    dscores /= n_images
    return loss, dscores
