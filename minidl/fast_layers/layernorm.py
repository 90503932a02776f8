"""Normalisation within one image as whole-array NumPy."""

import numpy as np

from minidl.fast_layers.moments import along, part, pixels, plane_sums, times
from minidl.geometry import (
    groupnorm_backward_geometry,
    groupnorm_geometry,
    layernorm_backward_geometry,
    layernorm_geometry,
)


def layernorm_forward_fast(x, gamma, beta, ln_param):
    """Fast twin of :func:`~minidl.layers.layernorm.layernorm_forward`; read its contract there.

    A row is an image of one group, whose channels have one pixel each.
    """
    g = layernorm_geometry("layernorm_forward", x, gamma, beta, ln_param)
    out, mean, inverse_std = _normalise(g)
    return out, (x, gamma, mean, inverse_std)


def layernorm_backward_fast(dout, cache):
    """Fast twin of :func:`~minidl.layers.layernorm.layernorm_backward`; read its contract there."""
    return _backpropagate(layernorm_backward_geometry("layernorm_backward", dout, cache))


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
    x = pixels(g.x)
    mean = _group_means(plane_sums(x), g, x)
    centre, rest = (_by_channel(part_, g) for part_ in part(mean, g.dtype))
    out = x - centre[..., None]
    variance = _group_means(plane_sums(out, out), g, x) - rest[:, :: x.shape[1] // g.n_groups] ** 2
    inverse_std = 1 / np.sqrt(variance + g.eps)
    scale = g.gamma * _by_channel(inverse_std, g)
    out *= along(out, scale)
    out += along(out, g.beta - times(rest, scale))
    return out.reshape(g.x.shape), mean, inverse_std


def _backpropagate(g):
    x, dout = pixels(g.x), pixels(g.dout)
    centre, rest = (_by_channel(part_, g) for part_ in part(g.mean, g.dtype))
    inverse_std = _by_channel(g.inverse_std, g)
    dx = x - centre[..., None]
    dbeta = plane_sums(dout)
    dgamma = (plane_sums(dout, dx) - times(rest, dbeta)) * inverse_std
    slope = -_by_channel(_group_means(g.gamma * dgamma, g, x), g) * inverse_std**2
    shift = -_by_channel(_group_means(g.gamma * dbeta, g, x), g) * inverse_std
    dx *= along(dx, slope)
    dx += along(dx, shift - times(rest, slope))
    dx += dout * along(dx, g.gamma * inverse_std)
    totals = (sums.sum(axis=0).astype(g.dtype).reshape(g.gamma_shape) for sums in (dgamma, dbeta))
    return dx.reshape(g.x.shape), *totals


def _group_means(plane_sums, g, x):
    """Return the means over groups from sums over planes: (N, G)."""
    size = x.shape[1] // g.n_groups
    groups = plane_sums.reshape(len(x), g.n_groups, size)
    return groups.sum(axis=2) / (size * x.shape[2])


def _by_channel(groups, g):
    """Return numbers of groups (N, G), repeated for each channel: (N, C)."""
    return np.repeat(groups, g.x.shape[1] // g.n_groups, axis=1)
