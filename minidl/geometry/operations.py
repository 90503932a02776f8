"""The checks of one operation each: what a layer calls first, in both of its twins."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry.arrays import (
    float_arrays,
    integer,
    require_axes,
    require_shape,
    unpack,
)
from minidl.geometry.windows import WindowGrid, known_keys, window_grid


@dataclass(frozen=True, slots=True)
class ConvGeometry:
    """A convolution's checked arguments, in one dtype, and the sizes that follow from them."""

    x: np.ndarray
    w: np.ndarray
    b: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    groups: int
    grid: WindowGrid

    @property
    def out_shape(self):
        """Shape (N, F, H', W') of the output."""
        return len(self.x), len(self.w), self.grid.out_h, self.grid.out_w

    @property
    def multiply_adds(self):
        """Products summed up by one forward pass."""
        return len(self.x) * self.grid.out_h * self.grid.out_w * self.w.size

    @property
    def group_slices(self):
        """For every group, the slice of channels and the slice of filters that it connects."""
        channels, filters = self.w.shape[1], len(self.w) // self.groups
        return [
            (slice(k * channels, (k + 1) * channels), slice(k * filters, (k + 1) * filters))
            for k in range(self.groups)
        ]


def conv_geometry(op, x, w, b, conv_param, dout=None):
    """Check the arguments of a convolution, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "conv_forward".
    x : array_like of shape (N, C, H, W)
    w : array_like of shape (F, C / groups, HH, WW)
    b : array_like of shape (F,), or None for no bias
    conv_param : dict
        ``'stride'`` and ``'pad'``, which are required, ``'dilation'`` (default 1), each as
        :func:`window_grid` takes them, and ``'groups'`` (default 1): filters see only the
        channels of their own group.
    dout : array_like of shape (N, F, H', W'), optional

    Returns
    -------
    ConvGeometry

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    known_keys(op, "conv_param", conv_param, ("stride", "pad"), ("dilation", "groups"))
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    require_axes(op, "x", x, "(N, C, H, W)")
    require_axes(op, "w", w, "(F, C, HH, WW)")
    groups = integer(op, "groups", conv_param.get("groups", 1), 1)
    if x.shape[1] != w.shape[1] * groups:
        each = f"; {w.shape[1]} in each of {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"{op}: x has {x.shape[1]} channels, and w takes {w.shape[1] * groups}{each} "
            f"(x {x.shape}, w {w.shape})"
        )
    if len(w) % groups:
        raise ValueError(f"{op}: {len(w)} filters do not divide into {groups} groups")
    if b is not None:
        require_shape(op, "b", b, (len(w),), "one bias for each filter")
    grid = window_grid(
        op,
        x.shape[2:],
        w.shape[2:],
        conv_param["stride"],
        conv_param["pad"],
        conv_param.get("dilation", 1),
    )
    geometry = ConvGeometry(x, w, b, dout, dtype, groups, grid)
    if dout is not None:
        require_shape(op, "dout", dout, geometry.out_shape, "that of the layer's output")
    return geometry


def conv_backward_geometry(op, dout, cache):
    """Check the arguments of a convolution's backward pass: ``dout`` and a forward's cache."""
    x, w, b, conv_param = unpack(op, cache, "x, w, b, conv_param")
    return conv_geometry(op, x, w, b, conv_param, dout=_required(op, dout))


@dataclass(frozen=True, slots=True)
class PoolGeometry:
    """A pooling layer's checked arguments, in one dtype, and the grid of its windows."""

    x: np.ndarray
    dout: np.ndarray | None
    dtype: np.dtype
    grid: WindowGrid

    @property
    def out_shape(self):
        """Shape (N, C, H', W') of the output."""
        return *self.x.shape[:2], self.grid.out_h, self.grid.out_w


def pool_geometry(op, x, pool_param, dout=None):
    """Check the arguments of a pooling layer, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "max_pool_forward".
    x : array_like of shape (N, C, H, W)
    pool_param : dict
        ``'pool_height'``, ``'pool_width'`` and ``'stride'``, which are required, and ``'pad'``
        (default 0), each as :func:`window_grid` takes them.  Padding must be narrower than
        the window, so that no window holds padding alone.
    dout : array_like of shape (N, C, H', W'), optional

    Returns
    -------
    PoolGeometry
    """
    required = ("pool_height", "pool_width", "stride")
    known_keys(op, "pool_param", pool_param, required, ("pad",))
    dtype, (x, dout) = float_arrays(op, ("dout",), x=x, dout=dout)
    require_axes(op, "x", x, "(N, C, H, W)")
    kernel = tuple(integer(op, key, pool_param[key], 1) for key in required[:2])
    grid = window_grid(
        op, x.shape[2:], kernel, pool_param["stride"], pool_param.get("pad", 0), dilation=1
    )
    for name, pad, size in [
        ("height", max(grid.pad_top, grid.pad_bottom), grid.kernel_h),
        ("width", max(grid.pad_left, grid.pad_right), grid.kernel_w),
    ]:
        if pad >= size:
            raise ValueError(
                f"{op}: pad {pad} must be smaller than the window {name} {size}, "
                "or a window would hold padding alone"
            )
    geometry = PoolGeometry(x, dout, dtype, grid)
    if dout is not None:
        require_shape(op, "dout", dout, geometry.out_shape, "that of the layer's output")
    return geometry


def pool_backward_geometry(op, dout, cache):
    """Check the arguments of a pooling layer's backward pass: ``dout`` and a forward's cache."""
    x, pool_param = unpack(op, cache, "x, pool_param")
    return pool_geometry(op, x, pool_param, dout=_required(op, dout))


@dataclass(frozen=True, slots=True)
class AffineGeometry:
    """A fully connected layer's checked arguments; ``rows`` is x with one row an image."""

    rows: np.ndarray
    w: np.ndarray
    b: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    x_shape: tuple

    @property
    def out_shape(self):
        """Shape (N, M) of the output."""
        return len(self.rows), self.w.shape[1]


def affine_geometry(op, x, w, b, dout=None):
    """Check the arguments of a fully connected layer, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "affine_forward".
    x : array_like of shape (N, d1, ..., dk)
    w : array_like of shape (D, M), where ``D = d1 * ... * dk``
    b : array_like of shape (M,), or None for no bias
    dout : array_like of shape (N, M), optional

    Returns
    -------
    AffineGeometry
    """
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    if x.ndim < 2:
        hint = "; add an axis: x[None]" if x.ndim else ""
        raise ValueError(f"{op}: x must be (N, d1, ..., dk), got shape {x.shape}{hint}")
    require_axes(op, "w", w, "(D, M)")
    n_images, n_inputs = len(x), int(np.prod(x.shape[1:]))
    if n_inputs != len(w):
        raise ValueError(
            f"{op}: x has {n_inputs} values for each image, and w takes {len(w)} "
            f"(x {x.shape}, w {w.shape})"
        )
    if b is not None:
        require_shape(op, "b", b, (w.shape[1],), "one bias for each output")
    rows = x.reshape(n_images, n_inputs)
    geometry = AffineGeometry(rows, w, b, dout, dtype, x.shape)
    if dout is not None:
        require_shape(op, "dout", dout, geometry.out_shape, "that of the layer's output")
    return geometry


def affine_backward_geometry(op, dout, cache):
    """Check the arguments of a fully connected layer's backward pass."""
    x, w, b = unpack(op, cache, "x, w, b")
    return affine_geometry(op, x, w, b, dout=_required(op, dout))


def _required(op, dout):
    if dout is None:
        raise TypeError(f"{op}: dout must be the gradient of the output, got None")
    return dout
