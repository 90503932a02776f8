"""Losses of numbers as whole-array NumPy, in double precision."""

import numpy as np

from minidl.geometry import positive, predictions_and_targets


def mse_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.regression_losses.mse_loss`."""
    dtype, x, y = predictions_and_targets("mse_loss", x, y)
    errors, n_elements = _errors(x, y)
    with np.errstate(over="ignore"):
        loss = float(errors @ errors) / n_elements
        dx = (2 / n_elements * errors).astype(dtype)
    return loss, dx.reshape(x.shape)


def l1_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.regression_losses.l1_loss`."""
    dtype, x, y = predictions_and_targets("l1_loss", x, y)
    errors, n_elements = _errors(x, y)
    dx = np.sign(errors) / n_elements
    return float(np.abs(errors / n_elements).sum()), dx.astype(dtype).reshape(x.shape)


def huber_loss_fast(x, y, delta=1.0):
    """Fast twin of :func:`~minidl.layers.regression_losses.huber_loss`."""
    delta = positive("huber_loss", "delta", delta)
    dtype, x, y = predictions_and_targets("huber_loss", x, y)
    errors, n_elements = _errors(x, y)
    cut = np.clip(errors, -delta, delta)
    errors -= cut / 2
    cut /= n_elements
    with np.errstate(over="ignore"):
        loss = float((cut * errors).sum())
    return loss, cut.astype(dtype).reshape(x.shape)


def _errors(x, y):
    """Return ``x - y`` as one new row of doubles, and how many there are, at least 1."""
    with np.errstate(over="ignore", invalid="ignore"):  # 1e308 - -1e308, inf - inf
        errors = np.subtract(x, y, dtype=np.float64, order="C").reshape(-1)
    return errors, max(errors.size, 1)
