"""Batch normalisation, compiled; numbers of features in NumPy."""

import numpy as np

from minidl.fast_layers.moments import channel_moments, channel_products, combine, normalise, planes
from minidl.geometry import batchnorm_backward_geometry, batchnorm_geometry


def batchnorm_forward_fast(x, gamma, beta, bn_param):
    """Fast twin of :func:`~minidl.layers.batchnorm.batchnorm_forward`; read its contract there."""
    g = batchnorm_geometry("batchnorm_forward", x, gamma, beta, bn_param)
    out, mean, inverse_std = _normalise(g, bn_param)
    return out, (x, gamma, mean, inverse_std, g.mode)


def batchnorm_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.batchnorm.batchnorm_backward`; read its contract there.

    The gradient of x is ``a * dout + b * (x - mean) + c``, with three numbers for each feature.
    """
    return _backpropagate(batchnorm_backward_geometry("batchnorm_backward", dout, cache))


def batchnorm_backward_alt_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.batchnorm.batchnorm_backward_alt`; read that first.

    The arithmetic is that of :func:`batchnorm_backward_fast`.
    """
    return _backpropagate(batchnorm_backward_geometry("batchnorm_backward_alt", dout, cache))


def spatial_batchnorm_forward_fast(x, gamma, beta, bn_param):
    """Fast twin of :func:`~minidl.layers.batchnorm.spatial_batchnorm_forward`; read that first."""
    g = batchnorm_geometry("spatial_batchnorm_forward", x, gamma, beta, bn_param, "(N, C, H, W)")
    out, mean, inverse_std = _normalise(g, bn_param)
    return out, (x, gamma, mean, inverse_std, g.mode)


def spatial_batchnorm_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.batchnorm.spatial_batchnorm_backward`; read that first."""
    g = batchnorm_backward_geometry("spatial_batchnorm_backward", dout, cache, "(N, C, H, W)")
    return _backpropagate(g)


def _normalise(g, bn_param):
    x = planes(g.x)
    mean, variance = g.running_mean.astype(np.float64), g.running_var.astype(np.float64)
    if g.learns:
        mean, variance = channel_moments(x)
        g.running_mean[:] = g.momentum * g.running_mean + (1 - g.momentum) * mean
        g.running_var[:] = g.momentum * g.running_var + (1 - g.momentum) * variance
    inverse_std = 1 / np.sqrt(variance + g.eps)
    out = normalise(x, *_shared(mean, g.gamma * inverse_std, g.beta))
    bn_param.update(running_mean=g.running_mean, running_var=g.running_var)
    return out.reshape(g.x.shape), mean, inverse_std


def _backpropagate(g):
    x, dout = planes(g.x), planes(g.dout)
    dbeta, along = channel_products(dout, x, np.ascontiguousarray(g.mean))
    dgamma = along * g.inverse_std if x.size else along  # no 0 * NaN
    scale = g.gamma * g.inverse_std
    if g.mode == "train" and x.size:
        share = scale / (x.shape[0] * x.shape[2])
        slope, shift = -share * dgamma * g.inverse_std, -share * dbeta
        dx = combine(dout, x, *_shared(g.mean, scale, slope, shift))
    else:
        nothing = np.zeros(len(g.gamma))
        dx = normalise(dout, *_shared(nothing, scale, nothing))
    return dx.reshape(g.x.shape), dgamma.astype(g.dtype), dbeta.astype(g.dtype)


def _shared(*numbers):
    """Return numbers of channels (C,) as kernels take those that all images share."""
    return [np.ascontiguousarray(array, dtype=np.float64)[None] for array in numbers]
