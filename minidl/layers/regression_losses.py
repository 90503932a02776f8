"""Losses of numbers, written to be read: the loops are the definition.

Each returns the loss and its gradient with respect to the scores at once.  The fast twin is
:mod:`minidl.fast_layers.regression_losses`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import positive, predictions_and_targets


def mse_loss(scores, y):
    """Mean squared error: the average of ``(scores - y) ** 2`` over all elements.

    Parameters
    ----------
    scores : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``scores``
        Targets.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dscores : ndarray, same shape as ``scores``
        ``2 * (scores - y) / scores.size``

    Raises
    ------
    ValueError
        If the shapes differ; nothing is broadcast.
    """
    dtype, scores, y = predictions_and_targets("mse_loss", scores, y)
    loss = 0.0
    dscores = np.empty(scores.shape, dtype=dtype)
    for cell in np.ndindex(scores.shape):
        error = float(scores[cell]) - float(y[cell])
        loss += error * error / scores.size
        with np.errstate(over="ignore"):  # a large double may be no float
            dscores[cell] = 2 / scores.size * error
    return loss, dscores


def l1_loss(scores, y):
    """Mean absolute error: the average of ``abs(scores - y)`` over all elements.

    An outlier pulls no harder than any other element.

    Parameters
    ----------
    scores : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``scores``
        Targets.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dscores : ndarray, same shape as ``scores``
        ``sign(scores - y) / scores.size``; 0 where they are equal.

    Raises
    ------
    ValueError
        If the shapes differ; nothing is broadcast.
    """
    dtype, scores, y = predictions_and_targets("l1_loss", scores, y)
    loss = 0.0
    dscores = np.empty(scores.shape, dtype=dtype)
    for cell in np.ndindex(scores.shape):
        error = float(scores[cell]) - float(y[cell])
        loss += abs(error) / scores.size
        sign = 1 if error > 0 else -1 if error < 0 else error  # which is 0 or NaN
        dscores[cell] = sign / scores.size
    return loss, dscores


def huber_loss(scores, y, delta=1.0):
    """Half the squared error where it is small, and linear from ``delta`` on; the average of both.

    ``e ** 2 / 2`` if ``abs(e) <= delta``, else ``delta * (abs(e) - delta / 2)``, of every
    ``e = scores - y``.  With ``c``, which is e cut off at ``-delta`` and ``delta``, both are
    ``c * (e - c / 2)``, and the slope is c.

    Parameters
    ----------
    scores : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``scores``
        Targets.
    delta : float
        Above 0: from which error on an element is an outlier.

    Returns
    -------
    loss : float
        0 for empty arrays.
    dscores : ndarray, same shape as ``scores``
        ``c / scores.size``

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
    dtype, scores, y = predictions_and_targets("huber_loss", scores, y)
    loss = 0.0
    dscores = np.empty(scores.shape, dtype=dtype)
    for cell in np.ndindex(scores.shape):
        error = float(scores[cell]) - float(y[cell])
        cut = -delta if error < -delta else delta if error > delta else error
        loss += cut / scores.size * (error - cut / 2)
        dscores[cell] = cut / scores.size
    return loss, dscores
