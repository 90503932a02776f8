"""The checks of a transposed convolution: what it calls first, in both of its twins."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    integer,
    require_axes,
    require_room,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.convolution import ConvGeometry, conv_sizes
from minidl.geometry.parameters import known_keys, padding_sides, pair, require_dict
from minidl.geometry.remembered import remembered
from minidl.geometry.windows import extents, known_grid, padding_of, require_cells


@dataclass(slots=True)  # not frozen, as ConvGeometry
class ConvTransposeGeometry:
    """A transposed convolution's checked arguments, and the convolution that it transposes.

    That convolution goes the other way: its image is this layer's output, its output is this
    layer's input, and so this layer is the gradient of its image.
    """

    x: np.ndarray
    w: np.ndarray
    b: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    convolution: ConvGeometry

    @property
    def out_shape(self):
        """Shape (N, F, H', W') of the output."""
        return self.convolution.x_shape

    @property
    def multiply_adds(self):
        """Products summed up by the forward pass; each of the two large gradients has as many."""
        return self.convolution.multiply_adds


def conv_transpose_geometry(op, x, w, b, conv_param, dout=None):
    """Check the arguments of a transposed convolution, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "conv_transpose_forward".
    x : array_like of shape (N, C, H, W)
    w : array_like of shape (C, F / groups, HH, WW)
    b : array_like of shape (F,), or None for no bias
    conv_param : dict
        ``'stride'`` and ``'pad'``, which are required; ``'dilation'`` (default 1), ``'groups'``
        (default 1) and ``'output_padding'`` (default 0): rows and columns added at the bottom and
        right, fewer than the stride or the dilation.  ``'pad'`` is what the convolution that
        this transposes pads, so it is taken away here; with 'same' the output has
        ``stride`` times the rows and columns of the input.
    dout : array_like of shape (N, F, H', W'), optional

    Returns
    -------
    ConvTransposeGeometry
        ``out = (size - 1) * stride - before - after + dilation * (kernel - 1) + 1
        + output_padding``.

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    require_dict(op, "conv_param", conv_param)
    dtype, (x, w, b, dout) = float_arrays(op, ("b", "dout"), x=x, w=w, b=b, dout=dout)
    sizes = remembered(_sizes, op, conv_param, x, w, b, dout)
    convolution = ConvGeometry(dout, w, None, x, dtype, *sizes)
    return ConvTransposeGeometry(x, w, b, dout, dtype, convolution)


def conv_transpose_backward_geometry(op, dout, cache):
    """Check the arguments of a transposed convolution's backward pass."""
    x, w, b, conv_param = unpack(op, cache, "x, w, b, conv_param")
    return conv_transpose_geometry(op, x, w, b, conv_param, dout=required(op, dout))


def _sizes(op, conv_param, x, w, b, dout):
    """Return the sizes of the convolution that this one transposes, checked."""
    optional = ("output_padding", "dilation", "groups")
    known_keys(op, "conv_param", conv_param, ("stride", "pad"), optional)
    require_axes(op, "w", w, "(C, F, HH, WW)")
    require_axes(op, "x", x, "(N, C, H, W)", len(w))
    groups = integer(op, "groups", conv_param.get("groups", 1), 1)
    if x.shape[1] != len(w):
        raise ValueError(
            f"{op}: x has {x.shape[1]} channels, and w takes {len(w)} (x {x.shape}, w {w.shape}); "
            f"w must have {x.shape[1]} in its first axis: (C, F / groups, HH, WW)"
        )
    if len(w) % groups:
        raise ValueError(f"{op}: groups {groups} must divide the {len(w)} channels of x {x.shape}")
    n_filters = w.shape[1] * groups
    if b is not None:
        require_shape(op, "b", b, (n_filters,), "one bias for each filter")
    grid = _transposed_grid(op, x.shape[2:], w.shape[2:], conv_param)
    out_shape = len(x), n_filters, grid.image_h, grid.image_w
    require_room(op, "out", out_shape)
    if dout is not None:
        require_shape(op, "dout", dout, out_shape, OF_OUTPUT)
    return conv_sizes(out_shape, w.shape, groups, grid)


def known_output_padding(op, value, stride, dilation, pad):
    """Return ``value``, an int or a pair, as a pair smaller than the strides or the dilations."""
    extra = pair(op, "output_padding", value, 0)
    if pad == "same" and extra != (0, 0):
        raise ValueError(
            f"{op}: 'same' padding makes the output stride times as large as the input and "
            f"leaves nothing to output_padding, got {extra}; give the padding as numbers"
        )
    for axis, name in enumerate(("height", "width")):
        if extra[axis] >= max(stride[axis], dilation[axis]):
            raise ValueError(
                f"{op}: output_padding {name} {extra[axis]} must be smaller than "
                f"the stride {stride[axis]} or the dilation {dilation[axis]}"
            )
    return extra


def _transposed_grid(op, size, kernel, conv_param):
    """Return the grid over the output on which every input cell is a window."""
    stride = pair(op, "stride", conv_param["stride"], 1)
    dilation = pair(op, "dilation", conv_param.get("dilation", 1), 1)
    pads = padding_sides(op, conv_param["pad"])
    extra = known_output_padding(op, conv_param.get("output_padding", 0), stride, dilation, pads)
    extent = extents(kernel, dilation)
    if pads == "same":
        image = [n * s for n, s in zip(size, stride, strict=True)]
    else:
        image = [
            (n - 1) * s + e + more - sum(sides)
            for n, s, e, more, sides in zip(size, stride, extent, extra, pads, strict=True)
        ]
    pads = padding_of(image, stride, extent, pads)
    for axis, name in enumerate(("height", "width")):
        if image[axis] < 1:
            reach = image[axis] + sum(pads[axis])
            raise ValueError(
                f"{op}: pad {pads[axis][0]} and {pads[axis][1]} leaves nothing of the output "
                f"{name} {reach} (input {size[axis]}, window {extent[axis]}, "
                f"stride {stride[axis]}); make pad smaller"
            )
    require_cells(op, image, pads)
    return known_grid(*image, *kernel, *stride, *dilation, *pads[0], *pads[1], *size)
