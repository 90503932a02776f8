"""The checks of a padding layer, and where each cell of the padding takes its number from."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    float_arrays,
    require_axes,
    require_room,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.parameters import known_keys, padding_sides

MODES = ("zeros", "reflect", "replicate", "circular")


@dataclass(frozen=True, slots=True)
class PadGeometry:
    """A padding layer's checked arguments, in one dtype."""

    x: np.ndarray
    dout: np.ndarray | None
    dtype: np.dtype
    sides: tuple  # ((top, bottom), (left, right))
    mode: str

    @property
    def out_shape(self):
        """Shape (N, C, H + top + bottom, W + left + right) of the output."""
        sizes = zip(self.x.shape[2:], self.sides, strict=True)
        return *self.x.shape[:2], *(size + sum(sides) for size, sides in sizes)

    def sources(self, axis):
        """For every row (axis 0) or column (1) of the output, that of the image it copies."""
        size, (before, after) = self.x.shape[2 + axis], self.sides[axis]
        return [source(k, size, self.mode) for k in range(-before, size + after)]


def source(position, size, mode):
    """Return which of ``size`` cells stands at ``position``, outside of ``range(size)`` if padded.

    None means that nothing does, only a zero.
    """
    if mode == "replicate":
        return min(max(position, 0), size - 1)
    if mode == "circular":
        return position % size
    if mode == "reflect":
        return size - 1 - abs(size - 1 - abs(position))
    return position if 0 <= position < size else None


def known_padding_mode(op, mode, name="mode"):
    """Return ``mode``, one of ``MODES``."""
    if not isinstance(mode, str) or mode not in MODES:
        raise ValueError(f"{op}: {name} must be one of {', '.join(MODES)}, got {mode!r}")
    return mode


def pad_geometry(op, x, pad_param, dout=None):
    """Check the arguments of a padding layer, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "pad_forward".
    x : array_like of shape (N, C, H, W)
    pad_param : dict
        ``'pad'``, which is required: an int, (h, w) or ((top, bottom), (left, right)); and
        ``'mode'`` (default "zeros"): "reflect" mirrors the image at its border cells, "replicate"
        repeats them, and "circular" goes on at the other side of the image.
    dout : array_like of shape (N, C, H', W'), optional

    Returns
    -------
    PadGeometry

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    known_keys(op, "pad_param", pad_param, ("pad",), ("mode",))
    dtype, (x, dout) = float_arrays(op, ("dout",), x=x, dout=dout)
    require_axes(op, "x", x, "(N, C, H, W)")
    mode = known_padding_mode(op, pad_param.get("mode", "zeros"))
    if isinstance(pad_param["pad"], str):
        raise ValueError(
            f"{op}: pad must be an int or pairs, got {pad_param['pad']!r}; "
            "'valid' and 'same' are for layers with a window"
        )
    sides = padding_sides(op, pad_param["pad"])
    for name, size, ends in zip(("height", "width"), x.shape[2:], sides, strict=True):
        most = {"reflect": size - 1, "circular": size}.get(mode, max(ends))
        if max(ends) > most:
            raise ValueError(
                f"{op}: pad {max(ends)} is more than mode {mode!r} can take from an image "
                f"of {name} {size}: at most {most}; pad less, or take mode 'replicate'"
            )
    geometry = PadGeometry(x, dout, dtype, sides, mode)
    require_room(op, "out", geometry.out_shape)
    if dout is not None:
        require_shape(op, "dout", dout, geometry.out_shape, OF_OUTPUT)
    return geometry


def pad_backward_geometry(op, dout, cache):
    """Check the arguments of a padding layer's backward pass: ``dout`` and a forward's cache."""
    x, pad_param = unpack(op, cache, "x, pad_param")
    return pad_geometry(op, x, pad_param, dout=required(op, dout))
