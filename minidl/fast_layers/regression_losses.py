"""Losses of numbers as whole-array NumPy, in double precision."""

import numpy as np

from minidl.geometry import positive, predictions_and_targets


def mse_loss_fast(scores, y):
    """Fast twin of :func:`~minidl.layers.regression_losses.mse_loss`."""
    dtype, scores, y = predictions_and_targets("mse_loss", scores, y)
    errors, n_elements = _errors(scores, y)
    loss = float(errors @ errors) / n_elements
    with np.errstate(over="ignore"):
        dscores = (2 / n_elements * errors).astype(dtype)
    return loss, dscores.reshape(scores.shape)


def l1_loss_fast(scores, y):
    """Fast twin of :func:`~minidl.layers.regression_losses.l1_loss`."""
    dtype, scores, y = predictions_and_targets("l1_loss", scores, y)
    errors, n_elements = _errors(scores, y)
    dscores = np.sign(errors) / n_elements
    return float(np.abs(errors / n_elements).sum()), dscores.astype(dtype).reshape(scores.shape)


def huber_loss_fast(scores, y, delta=1.0):
    """Fast twin of :func:`~minidl.layers.regression_losses.huber_loss`."""
    delta = positive("huber_loss", "delta", delta)
    dtype, scores, y = predictions_and_targets("huber_loss", scores, y)
    errors, n_elements = _errors(scores, y)
    cut = np.clip(errors, -delta, delta)
    errors -= cut / 2
    cut /= n_elements
    with np.errstate(over="ignore"):
        loss = float((cut * errors).sum())
    return loss, cut.astype(dtype).reshape(scores.shape)


def _errors(scores, y):
    """Return ``scores - y`` as one new row of doubles, and how many there are, at least 1."""
    with np.errstate(over="ignore", invalid="ignore"):  # 1e308 - -1e308, inf - inf
        errors = np.subtract(scores, y, dtype=np.float64, order="C").reshape(-1)
    return errors, max(errors.size, 1)
