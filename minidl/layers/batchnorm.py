"""Batch normalisation, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.batchnorm`; both are listed in :mod:`minidl.twins`.

A feature is a column of (N, D), whose values are those of all images.  Of images (N, C, H, W) it is
a channel, whose values are all its pixels in all images.  Either way ``x[:, d]`` has them, so that
one loop over features serves both.
"""

import numpy as np

from minidl.geometry import batchnorm_backward_geometry, batchnorm_geometry


def batchnorm_forward(x, gamma, beta, bn_param):
    """Give every feature mean 0 and variance 1 over the batch, then a learned scale and shift.

    ``out = gamma * xhat + beta``, with ``xhat = (x - mean) / sqrt(variance + eps)``

    In training the statistics are those of the batch; the variance is the biased one, divided by
    the number of values.  They move running averages, which take their place in testing, when an
    image's output must not depend on its company.

    Parameters
    ----------
    x : ndarray of shape (N, D)
    gamma, beta : ndarray of shape (D,)
        Scale and shift.
    bn_param : dict
        ``'mode'``, 'train' or 'test', is required.  ``'eps'``, by default 1e-5, keeps the root
        above 0.
        ``'running_mean'`` and ``'running_var'``, of shape (D,), start at zero and become
        ``momentum * running + (1 - momentum) * batch``, with ``'momentum'`` 0.9 by default.
        **This dict is written to**, as CS231n's contract says: both running statistics are put
        into it, as new arrays, in either mode.  Keep it from call to call.

    Returns
    -------
    out : ndarray of shape (N, D)
    cache : tuple
        ``(x, gamma, mean, inverse_std, mode)``, for :func:`batchnorm_backward` and
        :func:`batchnorm_backward_alt`.

    Raises
    ------
    ValueError
        If the mode is missing or another word, a key is unknown, or a shape does not fit.
    TypeError
        If an argument does not hold real numbers.

    Notes
    -----
    PyTorch's ``momentum`` is the other share: its 0.1 is the 0.9 of CS231n.  Its running variance
    averages unbiased ones, divided by the number of values less one; see
    :class:`minidl.nn.BatchNorm1d`.  An empty batch leaves the running statistics as they are.

    References
    ----------
    .. [1] S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
       Reducing Internal Covariate Shift", 2015, https://arxiv.org/abs/1502.03167
    """
    g = batchnorm_geometry("batchnorm_forward", x, gamma, beta, bn_param)
    out, mean, inverse_std = _normalise(g, bn_param)
    return out, (x, gamma, mean, inverse_std, g.mode)


def batchnorm_backward(dout, cache):
    """Backpropagate through a batch normalisation, one step of its forward pass after the other.

    Parameters
    ----------
    dout : ndarray of shape (N, D)
        Gradient of the loss with respect to the output.
    cache : tuple
        From :func:`batchnorm_forward` or its twin, in either mode.

    Returns
    -------
    dx : ndarray of shape (N, D)
    dgamma, dbeta : ndarray of shape (D,)

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.

    Notes
    -----
    Forward, a feature of m values runs through ``centred = x - mean``,
    ``inverse_std = (variance + eps) ** -0.5``, ``xhat = centred * inverse_std`` and
    ``out = gamma * xhat + beta``.  Backwards,

    1. gamma met every ``xhat``, beta every output: ``dgamma = sum(dout * xhat)`` and
       ``dbeta = sum(dout)``; and ``dxhat = gamma * dout``.
    2. ``inverse_std`` met every centred value, and its slope is ``-0.5 * inverse_std ** 3``:
       ``dvariance = -0.5 * inverse_std ** 3 * sum(dxhat * centred)``.
    3. The mean was taken from every value: ``dmean = -inverse_std * sum(dxhat)``.  It is in the
       variance, too, but ``sum(centred)`` is 0, so nothing comes from there.
    4. A value has three ways to the output: by its own ``xhat``, by the variance, whose slope is
       ``2 * centred / m``, and by the mean, whose slope is ``1 / m``.

    In test mode the statistics are constants, and only the first way is open.
    """
    g = batchnorm_backward_geometry("batchnorm_backward", dout, cache)
    return _step_by_step(g)


def batchnorm_backward_alt(dout, cache):
    """Backpropagate through a batch normalisation by the formula that the steps add up to.

    Parameters and results are those of :func:`batchnorm_backward`.

    Notes
    -----
    With ``dvariance`` and ``dmean`` of that function put into its last step, and the sums
    recognised as ``dbeta`` and ``dgamma``,

    ``dx = gamma * inverse_std * (dout - dbeta / m - xhat * dgamma / m)``.

    A gradient loses its mean, and its share along ``xhat``: moving a feature as a whole, or
    stretching it, does not change what is normalised.
    """
    g = batchnorm_backward_geometry("batchnorm_backward_alt", dout, cache)
    dx = np.empty(g.x.shape, dtype=g.dtype)
    dgamma, dbeta = np.empty((2, len(g.gamma)), dtype=g.dtype)
    for d in range(len(g.gamma)):
        scale = g.gamma[d] * g.inverse_std[d]
        upstream = g.dout[:, d].astype(np.float64)
        xhat = (g.x[:, d].astype(np.float64) - g.mean[d]) * g.inverse_std[d]
        along, total = np.sum(upstream * xhat), np.sum(upstream)
        dvalues = scale * upstream
        if g.mode == "train" and dvalues.size:
            dvalues -= scale * total / dvalues.size + scale * along / dvalues.size * xhat
        dx[:, d], dgamma[d], dbeta[d] = dvalues, along, total
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Give every channel mean 0 and variance 1 over all pixels of the batch, then scale and shift.

    A filter sees every place of an image alike; so its channel is one feature, with ``N * H * W``
    values, and everything else is as in :func:`batchnorm_forward`.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    gamma, beta : ndarray of shape (C,)
    bn_param : dict
        As :func:`batchnorm_forward` takes it and **writes to it**; running statistics have
        shape (C,).

    Returns
    -------
    out : ndarray of shape (N, C, H, W)
    cache : tuple
        ``(x, gamma, mean, inverse_std, mode)``, for :func:`spatial_batchnorm_backward`.

    Raises
    ------
    ValueError, TypeError
        As :func:`batchnorm_forward`.
    """
    g = batchnorm_geometry("spatial_batchnorm_forward", x, gamma, beta, bn_param, "(N, C, H, W)")
    out, mean, inverse_std = _normalise(g, bn_param)
    return out, (x, gamma, mean, inverse_std, g.mode)


def spatial_batchnorm_backward(dout, cache):
    """Backpropagate through a batch normalisation of channels; see :func:`batchnorm_backward`.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H, W)
        Gradient of the loss with respect to the output.
    cache : tuple
        From :func:`spatial_batchnorm_forward` or its twin, in either mode.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
    dgamma, dbeta : ndarray of shape (C,)

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = batchnorm_backward_geometry("spatial_batchnorm_backward", dout, cache, "(N, C, H, W)")
    return _step_by_step(g)


def _normalise(g, bn_param):
    """Return the output and each feature's mean and inverse deviation; move the running ones."""
    mean, variance = g.running_mean.astype(np.float64), g.running_var.astype(np.float64)
    if g.learns:
        for d in range(len(g.gamma)):
            values = g.x[:, d].astype(np.float64)
            mean[d] = np.mean(values)
            variance[d] = np.mean((values - mean[d]) ** 2)
        g.running_mean[:] = g.momentum * g.running_mean + (1 - g.momentum) * mean
        g.running_var[:] = g.momentum * g.running_var + (1 - g.momentum) * variance
    inverse_std = 1 / np.sqrt(variance + g.eps)
    out = np.empty(g.x.shape, dtype=g.dtype)
    for d in range(len(g.gamma)):
        xhat = (g.x[:, d].astype(np.float64) - mean[d]) * inverse_std[d]
        out[:, d] = g.gamma[d] * xhat + g.beta[d]
    bn_param["running_mean"], bn_param["running_var"] = g.running_mean, g.running_var
    return out, mean, inverse_std


def _step_by_step(g):
    dx = np.empty(g.x.shape, dtype=g.dtype)
    dgamma, dbeta = np.empty((2, len(g.gamma)), dtype=g.dtype)
    for d in range(len(g.gamma)):
        gamma, inverse_std = np.float64(g.gamma[d]), g.inverse_std[d]
        upstream = g.dout[:, d].astype(np.float64)
        centred = g.x[:, d].astype(np.float64) - g.mean[d]
        dgamma[d] = np.sum(upstream * (centred * inverse_std))
        dbeta[d] = np.sum(upstream)
        dvalues = inverse_std * (gamma * upstream)
        if g.mode == "train" and dvalues.size:
            # gamma is one number, so it stands before the sums: sum(dxhat) = gamma * sum(dout).
            dvariance = -0.5 * inverse_std**3 * (gamma * np.sum(upstream * centred))
            dmean = -inverse_std * (gamma * np.sum(upstream))
            dvalues += dvariance * (2 * centred / dvalues.size) + dmean / dvalues.size
        dx[:, d] = dvalues
    return dx, dgamma, dbeta
