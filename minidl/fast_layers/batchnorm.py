"""Batch normalisation as whole-array NumPy."""

import numpy as np

from minidl.fast_layers.moments import along, part, pixels, plane_sums, times
from minidl.geometry import batchnorm_backward_geometry, batchnorm_geometry


def batchnorm_forward_fast(x, gamma, beta, bn_param):
    """Fast twin of :func:`~minidl.layers.batchnorm.batchnorm_forward`; read its contract there.

    Scale and shift are one number for each feature, so an array of the size of ``x`` is made once
    and then changed in place.
    """
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
    x = pixels(g.x)
    count = x.shape[0] * x.shape[2]
    mean, variance = g.running_mean.astype(np.float64), g.running_var.astype(np.float64)
    if g.learns:
        mean = plane_sums(x).sum(axis=0) / count
    centre, rest = part(mean, g.dtype)
    out = x - centre[:, None]
    if g.learns:
        variance = plane_sums(out, out).sum(axis=0) / count - rest**2
        g.running_mean[:] = g.momentum * g.running_mean + (1 - g.momentum) * mean
        g.running_var[:] = g.momentum * g.running_var + (1 - g.momentum) * variance
    inverse_std = 1 / np.sqrt(variance + g.eps)
    scale = g.gamma * inverse_std
    out *= along(out, scale)
    out += along(out, g.beta - times(rest, scale))
    bn_param.update(running_mean=g.running_mean, running_var=g.running_var)
    return out.reshape(g.x.shape), mean, inverse_std


def _backpropagate(g):
    x, dout = pixels(g.x), pixels(g.dout)
    centre, rest = part(g.mean, g.dtype)
    dx = x - centre[:, None]
    dbeta = plane_sums(dout).sum(axis=0)
    dgamma = plane_sums(dout, dx).sum(axis=0) - times(rest, dbeta)
    dgamma = times(dgamma, g.inverse_std) if not dx.size else dgamma * g.inverse_std
    scale = g.gamma * g.inverse_std
    if g.mode == "train" and dx.size:
        share = scale / (dx.shape[0] * dx.shape[2])
        slope = -share * dgamma * g.inverse_std
        dx *= along(dx, slope)
        dx += along(dx, -share * dbeta - times(rest, slope))
        dx += dout * along(dx, scale)
    else:
        np.multiply(dout, along(dx, scale), out=dx)
    return dx.reshape(g.x.shape), dgamma.astype(g.dtype), dbeta.astype(g.dtype)
