"""Normalisation within one image, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.layernorm`; both are listed in :mod:`minidl.twins`.

Nothing here looks from one image to another, so there are no running statistics, and training
and testing are the same.
"""

import numpy as np

from minidl.geometry import (
    groupnorm_backward_geometry,
    groupnorm_geometry,
    layernorm_backward_geometry,
    layernorm_geometry,
)


def layernorm_forward(x, gamma, beta, ln_param):
    """Give every row mean 0 and variance 1, then a learned scale and shift to every feature.

    ``out[n] = gamma * xhat[n] + beta``, with
    ``xhat[n] = (x[n] - mean(x[n])) / sqrt(variance(x[n]) + eps)``

    Parameters
    ----------
    x : ndarray of shape (N, D)
    gamma, beta : ndarray of shape (D,)
        Scale and shift.
    ln_param : dict
        ``'eps'``, by default 1e-5.  Other keys are ignored: CS231n's nets pass the dict of their
        batch normalisation.

    Returns
    -------
    out : ndarray of shape (N, D)
    cache : tuple
        ``(x, gamma, mean, inverse_std)``, the statistics of shape (N, 1), for
        :func:`layernorm_backward`.

    Raises
    ------
    ValueError
        If a shape does not fit.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    .. [1] J. Ba, J. Kiros and G. Hinton, "Layer Normalization", 2016,
       https://arxiv.org/abs/1607.06450
    """
    g = layernorm_geometry("layernorm_forward", x, gamma, beta, ln_param)
    out, mean, inverse_std = _normalise(g)
    return out, (x, gamma, mean, inverse_std)


def layernorm_backward(dout, cache):
    """Backpropagate through a layer normalisation.

    Parameters
    ----------
    dout : ndarray of shape (N, D)
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, gamma, mean, inverse_std)`` from :func:`layernorm_forward` or its twin.

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
    A row goes the way of a feature in :func:`~minidl.layers.batchnorm_backward`, with one
    difference: gamma, which multiplied each value by another number, stays inside the sums.
    ``dxhat = gamma * dout``, and for the m values of a row

    ``dx = inverse_std * (dxhat - sum(dxhat) / m - xhat * sum(dxhat * xhat) / m)``.
    """
    g = layernorm_backward_geometry("layernorm_backward", dout, cache)
    return _backpropagate(g)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Give every group of channels of an image mean 0 and variance 1, then scale and shift.

    The C channels are parted into G groups of neighbours, each of which is normalised over its
    ``C / G * H * W`` values, image by image.  One group is a layer normalisation of the image.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    gamma, beta : ndarray of shape (1, C, 1, 1), or (C,)
        Scale and shift of each channel.
    G : int
        Number of groups, which divides C.
    gn_param : dict
        ``'eps'``, by default 1e-5; other keys are ignored.

    Returns
    -------
    out : ndarray of shape (N, C, H, W)
    cache : tuple
        ``(x, gamma, mean, inverse_std)``, the statistics of shape (N, G), for
        :func:`spatial_groupnorm_backward`.

    Raises
    ------
    ValueError
        If G does not divide C, or a shape does not fit.
    TypeError
        If an argument does not hold real numbers.

    References
    ----------
    .. [1] Y. Wu and K. He, "Group Normalization", 2018, https://arxiv.org/abs/1803.08494
    """
    g = groupnorm_geometry("spatial_groupnorm_forward", x, gamma, beta, G, gn_param)
    out, mean, inverse_std = _normalise(g)
    return out, (x, gamma, mean, inverse_std)


def spatial_groupnorm_backward(dout, cache):
    """Backpropagate through a group normalisation; see :func:`layernorm_backward`.

    Parameters
    ----------
    dout : ndarray of shape (N, C, H, W)
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, gamma, mean, inverse_std)`` from :func:`spatial_groupnorm_forward` or its twin.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
    dgamma, dbeta : ndarray, same shape as gamma

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = groupnorm_backward_geometry("spatial_groupnorm_backward", dout, cache)
    return _backpropagate(g)


def _normalise(g):
    """Return the output, and mean and inverse deviation of every group, image by image."""
    out = np.empty(g.x.shape, dtype=g.dtype)
    mean, inverse_std = np.empty((2, len(g.x), g.n_groups))
    gamma, beta = _along_channels(g.gamma, g.x), _along_channels(g.beta, g.x)
    for n in range(len(g.x)):
        for k, group in enumerate(_groups(g)):
            values = g.x[n, group].astype(np.float64)
            mean[n, k] = np.mean(values)
            inverse_std[n, k] = 1 / np.sqrt(np.mean((values - mean[n, k]) ** 2) + g.eps)
            xhat = (values - mean[n, k]) * inverse_std[n, k]
            out[n, group] = gamma[group] * xhat + beta[group]
    return out, mean, inverse_std


def _backpropagate(g):
    dx = np.empty(g.x.shape, dtype=g.dtype)
    dgamma, dbeta = np.zeros((2, len(g.gamma)))
    gamma, pixels = _along_channels(g.gamma, g.x), tuple(range(1, g.x.ndim - 1))
    for n in range(len(g.x)):
        for k, group in enumerate(_groups(g)):
            upstream = g.dout[n, group].astype(np.float64)
            xhat = (g.x[n, group].astype(np.float64) - g.mean[n, k]) * g.inverse_std[n, k]
            image_dgamma = np.sum(upstream * xhat, axis=pixels)
            image_dbeta = np.sum(upstream, axis=pixels)
            dgamma[group] += image_dgamma
            dbeta[group] += image_dbeta
            # gamma is one number for a channel, so it stands before the sum over its pixels.
            through_mean = np.sum(g.gamma[group] * image_dbeta) / xhat.size
            through_variance = np.sum(g.gamma[group] * image_dgamma) / xhat.size * xhat
            dxhat = gamma[group] * upstream
            dx[n, group] = g.inverse_std[n, k] * (dxhat - through_mean - through_variance)
    return dx, *(total.astype(g.dtype).reshape(g.gamma_shape) for total in (dgamma, dbeta))


def _groups(g):
    """Return the channels of each group as slices."""
    size = g.x.shape[1] // g.n_groups
    return [slice(first, first + size) for first in range(0, g.x.shape[1], size)]


def _along_channels(numbers, x):
    """Return one number for each channel, laid out to be multiplied with an image."""
    return numbers.reshape(-1, *[1] * (x.ndim - 2)).astype(np.float64)
