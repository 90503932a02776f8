"""The checks of a convolution and its gradients: what they call first, in both of their twins."""

import math
from dataclasses import dataclass, replace

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    integer,
    require_axes,
    require_room,
    require_shape,
    required,
    shape_of,
    unpack,
)
from minidl.geometry.parameters import known_keys, length, padding_ends, require_dict
from minidl.geometry.remembered import remembered
from minidl.geometry.windows import WindowGrid, window_grid

IMAGES, FILTERS = "(N, C, H, W)", "(F, C, HH, WW)"


@dataclass(slots=True)  # frozen it would take five times as long to make, in every call
class ConvGeometry:
    """A convolution's checked arguments, in one dtype, and the sizes that follow from them.

    Arrays that an operation does not take are None; shapes are always known.

    Attributes
    ----------
    out_shape : tuple of int
        Shape (N, F, H', W') of the output.
    multiply_adds : int
        Products summed up by one pass.
    """

    x: np.ndarray | None
    w: np.ndarray | None
    b: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    x_shape: tuple
    w_shape: tuple
    groups: int
    grid: WindowGrid
    out_shape: tuple
    multiply_adds: int

    @property
    def group_slices(self):
        """For every group, the slice of channels and the slice of filters that it connects."""
        channels, filters = self.w_shape[1], self.w_shape[0] // self.groups
        return [
            (slice(k * channels, (k + 1) * channels), slice(k * filters, (k + 1) * filters))
            for k in range(self.groups)
        ]

    @property
    def sizes(self):
        """The same without arrays: what may be kept."""
        return replace(self, x=None, w=None, b=None, dout=None)

    @property
    def conv_param(self):
        """The parameters of this convolution, every one of them spelled out."""
        return {**self.grid.param, "groups": self.groups}


def conv_sizes(x_shape, w_shape, groups, grid):
    """Return the part of a :class:`ConvGeometry` that follows from shapes, in its order."""
    out_shape = x_shape[0], w_shape[0], grid.out_h, grid.out_w
    multiply_adds = x_shape[0] * grid.out_h * grid.out_w * math.prod(w_shape)
    return x_shape, w_shape, groups, grid, out_shape, multiply_adds


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
    require_dict(op, "conv_param", conv_param)
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    sizes = remembered(_sizes_2d, op, conv_param, x, w, b, dout)
    return ConvGeometry(x, w, b, dout, dtype, *sizes)


def conv_backward_geometry(op, dout, cache):
    """Check the arguments of a convolution's backward pass: ``dout`` and a forward's cache."""
    x, w, b, conv_param = unpack(op, cache, "x, w, b, conv_param")
    return conv_geometry(op, x, w, b, conv_param, dout=required(op, dout))


def conv_input_gradient_geometry(op, dout, w, x_shape, conv_param):
    """Check the arguments of the gradient of a convolution's input, whose values it needs not."""
    dtype, (dout, w) = float_arrays(op, dout=required(op, dout), w=w)
    require_axes(op, "w", w, FILTERS)
    x_shape = shape_of(op, "x_shape", x_shape, IMAGES)
    groups = _groups(op, conv_param)
    sizes = _sizes(op, groups, conv_param, x_shape, w.shape, dout)
    return ConvGeometry(None, w, None, dout, dtype, *sizes)


def conv_filter_gradient_geometry(op, dout, x, w_shape, conv_param):
    """Check the arguments of the gradient of a convolution's filters, whose values it needs not."""
    dtype, (dout, x) = float_arrays(op, dout=required(op, dout), x=x)
    w_shape = shape_of(op, "w_shape", w_shape, FILTERS)
    groups = _groups(op, conv_param)
    require_axes(op, "x", x, IMAGES, w_shape[1] * groups)
    sizes = _sizes(op, groups, conv_param, x.shape, w_shape, dout)
    return ConvGeometry(x, None, None, dout, dtype, *sizes)


def conv1d_geometry(op, x, w, b, conv_param, dout=None):
    """Check the arguments of a 1-D convolution, and give it a height of 1.

    Parameters
    ----------
    op : str
    x : array_like of shape (N, C, L)
    w : array_like of shape (F, C / groups, K)
    b : array_like of shape (F,), or None for no bias
    conv_param : dict
        ``'stride'``, an int, and ``'pad'``, an int, (left, right), 'valid' or 'same', which are
        required; ``'dilation'`` and ``'groups'``, ints (default 1).  Instead of an int a tuple of
        one is taken, too.
    dout : array_like of shape (N, F, L'), optional

    Returns
    -------
    ConvGeometry
        Of the 2-D convolution that does the same; errors call the length a width.

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    require_dict(op, "conv_param", conv_param)
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    sizes = remembered(_sizes_1d, op, conv_param, x, w, b, dout)
    dout = None if dout is None else dout[:, :, None]
    return ConvGeometry(x[:, :, None], w[:, :, None], b, dout, dtype, *sizes)


def conv1d_backward_geometry(op, dout, cache):
    """Check the arguments of a 1-D convolution's backward pass."""
    x, w, b, conv_param = unpack(op, cache, "x, w, b, conv_param")
    return conv1d_geometry(op, x, w, b, conv_param, dout=required(op, dout))


def _sizes_2d(op, conv_param, x, w, b, dout):
    groups = _groups(op, conv_param)
    _require_filters(op, groups, x, w, b, IMAGES, FILTERS)
    return _sizes(op, groups, conv_param, x.shape, w.shape, dout)


def _sizes_1d(op, conv_param, x, w, b, dout):
    groups = _groups(op, conv_param)
    _require_filters(op, groups, x, w, b, "(N, C, L)", "(F, C, K)")
    _require_channels(op, groups, x.shape, w.shape)
    param = {
        "stride": (1, length(op, "stride", conv_param["stride"], 1)),
        "pad": padding_ends(op, conv_param["pad"]),
        "dilation": (1, length(op, "dilation", conv_param.get("dilation", 1), 1)),
    }
    x_shape, w_shape = ((*a.shape[:2], 1, a.shape[2]) for a in (x, w))
    sizes = _sizes(op, groups, param, x_shape, w_shape)
    if dout is not None:
        n_images, n_filters, _, out_w = sizes[-2]
        require_shape(op, "dout", dout, (n_images, n_filters, out_w), OF_OUTPUT)
    return sizes


def _sizes(op, groups, conv_param, x_shape, w_shape, dout=None):
    """Return :func:`conv_sizes` of shapes and parameters that are checked to go together."""
    _require_channels(op, groups, x_shape, w_shape)
    grid = window_grid(
        op,
        x_shape[2:],
        w_shape[2:],
        conv_param["stride"],
        conv_param["pad"],
        conv_param.get("dilation", 1),
    )
    out_shape = x_shape[0], w_shape[0], grid.out_h, grid.out_w
    require_room(op, "out", out_shape)
    if dout is not None:
        require_shape(op, "dout", dout, out_shape, OF_OUTPUT)
    return conv_sizes(x_shape, w_shape, groups, grid)


def _require_filters(op, groups, x, w, b, images, filters):
    """Refuse images, filters or biases of another number of axes, or another number of biases."""
    require_axes(op, "w", w, filters)
    require_axes(op, "x", x, images, w.shape[1] * groups)
    if b is not None:
        require_shape(op, "b", b, w.shape[:1], "one bias for each filter")


def _groups(op, conv_param):
    known_keys(op, "conv_param", conv_param, ("stride", "pad"), ("dilation", "groups"))
    return integer(op, "groups", conv_param.get("groups", 1), 1)


def _require_channels(op, groups, x_shape, w_shape):
    """Refuse images, filters and groups that do not go together."""
    n_channels, (n_filters, seen) = x_shape[1], w_shape[:2]
    if n_channels == seen * groups and n_filters % groups == 0:
        return
    shapes = f"(x {x_shape}, w {w_shape})"
    if n_channels % groups:
        raise ValueError(
            f"{op}: groups {groups} must divide the {n_channels} channels of x {shapes}"
        )
    if n_filters % groups:
        raise ValueError(f"{op}: groups {groups} must divide the {n_filters} filters of w {shapes}")
    each = f", {seen} in each of {groups} groups" if groups > 1 else ""
    raise ValueError(
        f"{op}: x has {n_channels} channels, and w takes {seen * groups}{each} {shapes}; "
        f"w must have {n_channels // groups} in its second axis"
    )
