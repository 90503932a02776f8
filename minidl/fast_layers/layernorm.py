"""Normalisation within one image, compiled; numbers of groups in NumPy."""

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.moments import (
    WORK,
    combine,
    normalise,
    plane_moments,
    plane_products,
    planes,
)
from minidl.geometry import (
    groupnorm_backward_geometry,
    groupnorm_geometry,
    layernorm_backward_geometry,
    layernorm_geometry,
)
from minidl.threads import over_images


def layernorm_forward_fast(x, gamma, beta, ln_param):
    """Fast twin of :func:`~minidl.layers.layernorm.layernorm_forward`; read its contract there.

    A row is finished while it is in the processor's nearest memory.
    """
    g = layernorm_geometry("layernorm_forward", x, gamma, beta, ln_param)
    rows, *shared = (np.ascontiguousarray(array) for array in (g.x, g.gamma, g.beta))
    out = memory.empty(rows.shape, rows.dtype)
    mean, inverse_std = np.empty((2, len(rows)))

    def run(start, stop):
        own = mean[start:stop], inverse_std[start:stop], out[start:stop]
        kernels.rows.layer_forward(rows[start:stop], *shared, g.eps, *own)

    over_images(run, len(rows), rows.size * WORK)
    return out, (x, gamma, mean[:, None], inverse_std[:, None])


def layernorm_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.layernorm.layernorm_backward`; read its contract there."""
    g = layernorm_backward_geometry("layernorm_backward", dout, cache)
    dout, x, gamma = (np.ascontiguousarray(array) for array in (g.dout, g.x, g.gamma))
    statistics = [np.ascontiguousarray(array).reshape(-1) for array in (g.mean, g.inverse_std)]
    dx = memory.empty(x.shape, x.dtype)

    def run(start, stop):
        sums = np.zeros((2, len(gamma)))
        own = (numbers[start:stop] for numbers in statistics)
        kernels.rows.layer_backward(
            dout[start:stop], x[start:stop], gamma, *own, dx[start:stop], *sums
        )
        return sums

    dgamma, dbeta = sum(over_images(run, len(x), x.size * WORK)).astype(g.dtype)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward_fast(x, gamma, beta, G, gn_param):
    """Fast twin of :func:`~minidl.layers.layernorm.spatial_groupnorm_forward`; read that first.

    Sums over a group are sums of those over its channels, so that nothing is copied.
    """
    g = groupnorm_geometry("spatial_groupnorm_forward", x, gamma, beta, G, gn_param)
    out, mean, inverse_std = _normalise(g)
    return out, (x, gamma, mean, inverse_std)


def spatial_groupnorm_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.layernorm.spatial_groupnorm_backward`; read that first."""
    return _backpropagate(groupnorm_backward_geometry("spatial_groupnorm_backward", dout, cache))


def _normalise(g):
    x = planes(g.x)
    means, squares = (_by_group(numbers, g) for numbers in plane_moments(x))
    mean = means.mean(axis=2)
    means = means - mean[..., None]
    between = np.einsum("ngc,ngc->ng", means, means) / means.shape[2]
    variance = squares.mean(axis=2) / x.shape[2] + between
    inverse_std = 1 / np.sqrt(variance + g.eps)
    scale = g.gamma * _by_channel(inverse_std, g)
    shift = np.ascontiguousarray(np.broadcast_to(g.beta, scale.shape), dtype=np.float64)
    out = normalise(x, _by_channel(mean, g), scale, shift)
    return out.reshape(g.x.shape), mean, inverse_std


def _backpropagate(g):
    x, dout = planes(g.x), planes(g.dout)
    mean, inverse_std = _by_channel(g.mean, g), _by_channel(g.inverse_std, g)
    dbeta, along = plane_products(dout, x, mean)
    dgamma = along * inverse_std
    through_variance, through_mean = (
        _by_channel(_by_group(g.gamma * sums, g).mean(axis=2) / x.shape[2], g)
        for sums in (dgamma, dbeta)
    )
    slope, shift = -through_variance * inverse_std**2, -through_mean * inverse_std
    dx = combine(dout, x, mean, g.gamma * inverse_std, slope, shift)
    totals = (sums.sum(axis=0).astype(g.dtype).reshape(g.gamma_shape) for sums in (dgamma, dbeta))
    return dx.reshape(g.x.shape), *totals


def _by_group(numbers, g):
    """Return numbers of planes (N, C) as (N, G, C / G)."""
    return numbers.reshape(len(numbers), g.n_groups, numbers.shape[1] // g.n_groups)


def _by_channel(numbers, g):
    """Return numbers of groups (N, G), repeated for each channel: (N, C)."""
    return np.repeat(numbers, g.x.shape[1] // g.n_groups, axis=1)
