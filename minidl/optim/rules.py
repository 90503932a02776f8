"""CS231n's update rules: ``rule(w, dw, config) -> (next_w, config)``, one array at a time.

Each rule keeps what it remembers in ``config``, the very dict that it is passed, and returns it.
"""

import numpy as np

from minidl.geometry import (
    fraction,
    integer,
    not_negative,
    proper_fraction,
    real_array,
    require_dict,
    require_floats,
    require_shape,
)

_CHECKS = {
    "learning_rate": not_negative,
    "momentum": not_negative,
    "decay_rate": fraction,
    "epsilon": not_negative,
    "beta1": proper_fraction,
    "beta2": proper_fraction,
}


def sgd(w, dw, config=None):
    """Step against the gradient: ``w -= learning_rate * dw``, in place.

    Parameters
    ----------
    w : ndarray of floats
        Weights; written to.  This rule alone does so, as CS231n's does.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-2).  Other keys, such as those of another rule, are ignored.

    Returns
    -------
    next_w : ndarray
        ``w`` itself.
    config : dict
        The same dict, with the defaults filled in.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats or cannot be written to, ``dw`` has another shape, or the
        learning rate is negative or no number.
    """
    config, (learning_rate,) = _filled("sgd", config, learning_rate=1e-2)
    dw = _gradient_for("sgd", w, dw)
    if not w.flags.writeable:
        raise ValueError("sgd: w is read-only, and this rule works in place; pass w.copy()")
    w -= learning_rate * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    """Step with momentum: ``v = momentum * v - learning_rate * dw``, then ``w + v``.

    Parameters
    ----------
    w : ndarray of floats
        Weights; not written to.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-2), ``momentum`` (default 0.9), and ``velocity``, which
        starts at zero and is kept here from call to call.

    Returns
    -------
    next_w : ndarray, in the dtype of ``w``
    config : dict
        The same dict, with the new velocity.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats, ``dw`` or the velocity has another shape, or a number in
        ``config`` is out of its range.
    """
    config, (learning_rate, momentum) = _filled(
        "sgd_momentum", config, learning_rate=1e-2, momentum=0.9
    )
    dw = _gradient_for("sgd_momentum", w, dw)
    velocity = _remembered("sgd_momentum", config, "velocity", w)
    config["velocity"] = momentum * velocity - learning_rate * dw
    return w + config["velocity"], config


def nesterov_momentum(w, dw, config=None):
    """Step with Nesterov's momentum, which looks ahead along the velocity.

    With ``v`` before and ``v' = momentum * v - learning_rate * dw`` after, the weights become
    ``w - momentum * v + (1 + momentum) * v'`` [1]_.  Those kept are the ones looked ahead to, so
    that ``dw`` is taken where ``w`` is.

    Parameters
    ----------
    w, dw, config
        As for :func:`sgd_momentum`.

    Returns
    -------
    next_w, config
        As from :func:`sgd_momentum`.

    Raises
    ------
    TypeError, ValueError
        As in :func:`sgd_momentum`.

    References
    ----------
    .. [1] CS231n, "Neural Networks Part 3", https://cs231n.github.io/neural-networks-3/
    """
    config, (learning_rate, momentum) = _filled(
        "nesterov_momentum", config, learning_rate=1e-2, momentum=0.9
    )
    dw = _gradient_for("nesterov_momentum", w, dw)
    before = _remembered("nesterov_momentum", config, "velocity", w)
    config["velocity"] = momentum * before - learning_rate * dw
    return w + ((1 + momentum) * config["velocity"] - momentum * before), config


def rmsprop(w, dw, config=None):
    """Divide each step by the root of the mean squared gradient, so that all are of one size.

    ``cache = decay_rate * cache + (1 - decay_rate) * dw**2``, then
    ``w - learning_rate * dw / (sqrt(cache) + epsilon)`` [1]_.

    Parameters
    ----------
    w : ndarray of floats
        Weights; not written to.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-2), ``decay_rate`` (0.99), ``epsilon`` (1e-8), and ``cache``,
        the moving average, which starts at zero and is kept here from call to call.

    Returns
    -------
    next_w : ndarray, in the dtype of ``w``
    config : dict
        The same dict, with the new cache.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats, ``dw`` or the cache has another shape, or a number in
        ``config`` is out of its range.

    References
    ----------
    .. [1] Tieleman, Hinton, "Neural networks for machine learning", lecture 6.5, Coursera 2012
    """
    config, (learning_rate, decay_rate, epsilon) = _filled(
        "rmsprop", config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8
    )
    dw = _gradient_for("rmsprop", w, dw)
    cache = _remembered("rmsprop", config, "cache", w)
    config["cache"] = decay_rate * cache + (1 - decay_rate) * dw**2
    return w - learning_rate * dw / (np.sqrt(config["cache"]) + epsilon), config


def adam(w, dw, config=None):
    """Momentum and RMSprop together, both corrected for having started at zero.

    ``t`` counts the calls, this one included.  ``m = beta1 * m + (1 - beta1) * dw`` and
    ``v = beta2 * v + (1 - beta2) * dw**2`` are divided by ``1 - beta1**t`` and ``1 - beta2**t``,
    and the step is ``learning_rate * m / (sqrt(v) + epsilon)`` [1]_.

    Parameters
    ----------
    w : ndarray of floats
        Weights; not written to.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-3), ``beta1`` (0.9), ``beta2`` (0.999), ``epsilon`` (1e-8),
        and ``m``, ``v`` and ``t``, which start at zero and are kept here from call to call.

    Returns
    -------
    next_w : ndarray, in the dtype of ``w``
    config : dict
        The same dict, with the new averages, not corrected, and the new ``t``.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats, ``dw`` or an average has another shape, or a number in
        ``config`` is out of its range.

    References
    ----------
    .. [1] Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015,
       https://arxiv.org/abs/1412.6980
    """
    config, (learning_rate, beta1, beta2, epsilon) = _filled(
        "adam", config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8
    )
    dw = _gradient_for("adam", w, dw)
    m, v = _remembered("adam", config, "m", w), _remembered("adam", config, "v", w)
    t = integer("adam", "t", config.get("t", 0), 0) + 1
    config["m"] = beta1 * m + (1 - beta1) * dw
    config["v"] = beta2 * v + (1 - beta2) * dw**2
    config["t"] = t
    m_hat, v_hat = config["m"] / (1 - beta1**t), config["v"] / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), config


def _filled(op, config, **defaults):
    """Return the caller's dict, or a new one, with defaults set; and its numbers as floats.

    A NumPy number, such as ``10 ** rng.uniform(-5, -3)``, would turn float32 weights to float64.
    """
    config = {} if config is None else config
    require_dict(op, "config", config)
    values = [_CHECKS[key](op, key, config.get(key, default)) for key, default in defaults.items()]
    for key, default in defaults.items():
        config.setdefault(key, default)
    return config, values


def _gradient_for(op, w, dw):
    """Return ``dw`` in the dtype of ``w``, which must be an array of floats of the same shape."""
    require_floats(op, "w", w)
    dw = real_array(op, "dw", dw)
    require_shape(op, "dw", dw, w.shape, "that of w")
    return dw.astype(w.dtype, copy=False)


def _remembered(op, config, key, w):
    """Return what an earlier call left under ``key``, in the dtype of ``w``; at first, zeros."""
    if config.get(key) is None:
        return np.zeros_like(w)
    array = real_array(op, key, config[key])
    require_shape(op, key, array, w.shape, "that of w")
    return array.astype(w.dtype, copy=False)
