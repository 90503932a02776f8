"""The checks of normalisation layers: what they call first, in both of their twins."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    integer,
    real_array,
    require_axes,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.parameters import known_keys, known_mode, require_dict
from minidl.geometry.scalars import fraction, positive

IMAGES = "(N, C, H, W)"


@dataclass(frozen=True, slots=True)
class BatchNormGeometry:
    """Checked arguments of a batch normalisation; axis 1 of ``x`` is that of the features."""

    x: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    dtype: np.dtype
    mode: str
    eps: float
    momentum: float
    running_mean: np.ndarray  # an array of its own, not the caller's
    running_var: np.ndarray

    @property
    def learns(self):
        """Whether the statistics are those of this batch, which moves the running ones."""
        return self.mode == "train" and self.x.size > 0


@dataclass(frozen=True, slots=True)
class GroupNormGeometry:
    """Checked arguments of a normalisation by groups of channels; one group is the whole image."""

    x: np.ndarray
    gamma: np.ndarray  # of shape (C,), whatever shape it came in
    beta: np.ndarray
    dtype: np.dtype
    eps: float
    n_groups: int


@dataclass(frozen=True, slots=True)
class NormGradientGeometry:
    """What a backward pass of any normalisation starts from, checked and in one dtype."""

    dout: np.ndarray
    x: np.ndarray
    gamma: np.ndarray  # of shape (C,)
    dtype: np.dtype
    mean: np.ndarray  # float64, as the inverse standard deviation
    inverse_std: np.ndarray
    gamma_shape: tuple
    mode: str = "train"

    @property
    def n_groups(self):
        """Groups of channels that share their statistics, image by image."""
        return self.mean.shape[-1]


def batchnorm_geometry(op, x, gamma, beta, bn_param, axes="(N, D)"):
    """Check the arguments of a batch normalisation.

    Parameters
    ----------
    op : str
        The operation to name in an error: "batchnorm_forward".
    x : array_like of as many axes as ``axes`` lists, the features on axis 1
    gamma, beta : array_like, one number for each feature
    bn_param : dict
        ``'mode'``, which is required, and ``'eps'``, ``'momentum'``, ``'running_mean'`` and
        ``'running_var'``.  Running statistics keep their own dtype if it is float32 or float64.
    axes : str

    Returns
    -------
    BatchNormGeometry

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    known_mode(op, "bn_param", bn_param)
    optional = ("eps", "momentum", "running_mean", "running_var")
    known_keys(op, "bn_param", bn_param, ("mode",), optional)
    dtype, (x, gamma, beta) = float_arrays(op, x=x, gamma=gamma, beta=beta)
    require_axes(op, "x", x, axes)
    _require_features(op, x, gamma=gamma, beta=beta)
    running = (_running(op, bn_param, key, dtype, x) for key in ("running_mean", "running_var"))
    momentum = fraction(op, "bn_param['momentum']", bn_param.get("momentum", 0.9))
    eps = _eps(op, "bn_param", bn_param)
    return BatchNormGeometry(x, gamma, beta, dtype, bn_param["mode"], eps, momentum, *running)


def batchnorm_backward_geometry(op, dout, cache, axes="(N, D)"):
    """Check the arguments of a batch normalisation's backward pass."""
    x, gamma, mean, inverse_std, mode = unpack(op, cache, "x, gamma, mean, inverse_std, mode")
    known_mode(op, "cache", {"mode": mode})
    g = _backward_geometry(op, dout, x, gamma, mean, inverse_std, axes, mode)
    _require_features(op, g.x, gamma=g.gamma, mean=g.mean, inverse_std=g.inverse_std)
    return g


def layernorm_geometry(op, x, gamma, beta, ln_param):
    """Check the arguments of a layer normalisation: (N, D), (D,), (D,) and a dict with 'eps'."""
    dtype, (x, gamma, beta) = float_arrays(op, x=x, gamma=gamma, beta=beta)
    require_axes(op, "x", x, "(N, D)")
    _require_features(op, x, gamma=gamma, beta=beta)
    return GroupNormGeometry(x, gamma, beta, dtype, _eps(op, "ln_param", ln_param), 1)


def layernorm_backward_geometry(op, dout, cache):
    """Check the arguments of a layer normalisation's backward pass."""
    x, gamma, mean, inverse_std = unpack(op, cache, "x, gamma, mean, inverse_std")
    g = _backward_geometry(op, dout, x, gamma, mean, inverse_std, "(N, D)")
    _require_features(op, g.x, gamma=g.gamma)
    for name, array in (("mean", g.mean), ("inverse_std", g.inverse_std)):
        require_shape(op, f"cache: {name}", array, (len(g.x), 1), "one for each row of x")
    return g


def groupnorm_geometry(op, x, gamma, beta, G, gn_param):
    """Check the arguments of a group normalisation.

    Parameters
    ----------
    op : str
    x : array_like of shape (N, C, H, W)
    gamma, beta : array_like of shape (1, C, 1, 1) or (C,), both alike
    G : int
        Number of groups, which divides C.
    gn_param : dict
        ``'eps'``, by default 1e-5; other keys are ignored.

    Returns
    -------
    GroupNormGeometry
    """
    n_groups = integer(op, "G", G, 1)
    dtype, (x, gamma, beta) = float_arrays(op, x=x, gamma=gamma, beta=beta)
    require_axes(op, "x", x, IMAGES)
    n_channels = x.shape[1]
    if n_channels % n_groups:
        raise ValueError(f"{op}: G {n_groups} must divide the {n_channels} channels of x")
    _require_channels(op, gamma.shape, n_channels)
    require_shape(op, "beta", beta, gamma.shape, "that of gamma")
    eps = _eps(op, "gn_param", gn_param)
    return GroupNormGeometry(x, gamma.reshape(-1), beta.reshape(-1), dtype, eps, n_groups)


def groupnorm_backward_geometry(op, dout, cache):
    """Check the arguments of a group normalisation's backward pass."""
    x, gamma, mean, inverse_std = unpack(op, cache, "x, gamma, mean, inverse_std")
    g = _backward_geometry(op, dout, x, gamma, mean, inverse_std, IMAGES)
    n_channels = g.x.shape[1]
    _require_channels(op, g.gamma_shape, n_channels)
    if g.mean.ndim != 2 or not g.n_groups or n_channels % g.n_groups:
        raise ValueError(
            f"{op}: cache: mean must have a column for each group of the {n_channels} channels, "
            f"got shape {g.mean.shape}"
        )
    for name, array in (("mean", g.mean), ("inverse_std", g.inverse_std)):
        require_shape(op, f"cache: {name}", array, (len(g.x), g.n_groups), "image by group")
    return g


def _backward_geometry(op, dout, x, gamma, mean, inverse_std, axes, mode="train"):
    dtype, (dout, x, gamma) = float_arrays(op, dout=required(op, dout), x=x, gamma=gamma)
    require_axes(op, "x", x, axes)
    require_shape(op, "dout", dout, x.shape, OF_OUTPUT)
    statistics = (
        real_array(op, f"cache: {name}", array).astype(np.float64, copy=False)
        for name, array in (("mean", mean), ("inverse_std", inverse_std))
    )
    shape = gamma.shape
    return NormGradientGeometry(dout, x, gamma.reshape(-1), dtype, *statistics, shape, mode)


def _require_features(op, x, **arrays):
    axis = "feature" if x.ndim == 2 else "channel"
    for name, array in arrays.items():
        require_shape(op, name, array, (x.shape[1],), f"one for each {axis} of x")


def _require_channels(op, shape, n_channels):
    if shape not in ((1, n_channels, 1, 1), (n_channels,)):
        raise ValueError(
            f"{op}: gamma must have shape {(1, n_channels, 1, 1)} or {(n_channels,)}, "
            f"one for each channel of x, got {shape}"
        )


def _running(op, bn_param, key, dtype, x):
    """Return a running statistic as an array of its own; it starts at zero."""
    if key not in bn_param:
        return np.zeros(x.shape[1], dtype)
    array = real_array(op, f"bn_param[{key!r}]", bn_param[key])
    axis = "feature" if x.ndim == 2 else "channel"
    require_shape(op, f"bn_param[{key!r}]", array, (x.shape[1],), f"one for each {axis} of x")
    if key == "running_var" and (array < 0).any():
        raise ValueError(f"{op}: bn_param[{key!r}] must be at least 0, got {array.min()}")
    kept = array.dtype.name in ("float32", "float64")
    return np.array(array, array.dtype.name if kept else dtype)


def _eps(op, name, param):
    require_dict(op, name, param)
    return positive(op, f"{name}['eps']", param.get("eps", 1e-5))
