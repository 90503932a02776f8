"""Losses of numbers, written to be read: the loops are the definition.

Each returns the loss and its gradient with respect to the scores at once.  The fast twin is
:mod:`minidl.fast_layers.regression_losses`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import positive, predictions_and_targets


def mse_loss(x, y):
    """Mean squared error: the average of ``(x - y) ** 2`` over all elements.

    Parameters
    ----------
    x : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``x``
        Targets.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dx : ndarray, same shape as ``x``
        ``2 * (x - y) / x.size``

    Raises
    ------
    ValueError
        If the shapes differ; nothing is broadcast.
    """
    dtype, x, y = predictions_and_targets("mse_loss", x, y)
    loss = 0.0
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        error = float(x[cell]) - float(y[cell])
        loss += error * error / x.size
        with np.errstate(over="ignore"):  # a large double may be no float
            dx[cell] = 2 / x.size * error
    return loss, dx


def l1_loss(x, y):
    """Mean absolute error: the average of ``abs(x - y)`` over all elements.

    An outlier pulls no harder than any other element.

    Parameters
    ----------
    x : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``x``
        Targets.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dx : ndarray, same shape as ``x``
        ``sign(x - y) / x.size``; 0 where they are equal.

    Raises
    ------
    ValueError
        If the shapes differ; nothing is broadcast.
    """
    dtype, x, y = predictions_and_targets("l1_loss", x, y)
    loss = 0.0
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        error = float(x[cell]) - float(y[cell])
        loss += abs(error) / x.size
        sign = 1 if error > 0 else -1 if error < 0 else error  # which is 0 or NaN
        dx[cell] = sign / x.size
    return loss, dx


def huber_loss(x, y, delta=1.0):
    """Half the squared error where it is small, and linear from ``delta`` on; the average of both.

    ``e ** 2 / 2`` if ``abs(e) <= delta``, else ``delta * (abs(e) - delta / 2)``, of every
    ``e = x - y``.  With ``c``, which is e cut off at ``-delta`` and ``delta``, both are
    ``c * (e - c / 2)``, and the slope is c.

    Parameters
    ----------
    x : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``x``
        Targets.
    delta : float
        Above 0: from which error on an element is an outlier.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dx : ndarray, same shape as ``x``
        ``c / x.size``

    Raises
    ------
    ValueError
        If the shapes differ, or ``delta`` is not finite and above 0.
    TypeError
        If ``delta`` is not a number.

    References
    ----------
    .. [1] Huber, "Robust estimation of a location parameter", 1964
    """
    delta = positive("huber_loss", "delta", delta)
    dtype, x, y = predictions_and_targets("huber_loss", x, y)
    loss = 0.0
    dx = np.empty(x.shape, dtype=dtype)
    for cell in np.ndindex(x.shape):
        error = float(x[cell]) - float(y[cell])
        cut = -delta if error < -delta else delta if error > delta else error
        loss += cut / x.size * (error - cut / 2)
        dx[cell] = cut / x.size
    return loss, dx
