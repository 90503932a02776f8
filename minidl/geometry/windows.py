"""Where windows land: strides, padding rules, dilation, output sizes.

Everything here is plain integers, so that a grid can be hashed and remembered.
"""

from dataclasses import dataclass
from functools import lru_cache

from minidl.geometry.arrays import LARGEST, integer


@dataclass(frozen=True, slots=True)
class WindowGrid:
    """Every place that a window takes on an image, in elements of the image.

    Window (i, j) starts at row ``i * stride_h`` and column ``j * stride_w`` of the padded
    image; its tap (u, v) lies ``u * dilation_h`` rows and ``v * dilation_w`` columns further on.
    """

    image_h: int
    image_w: int
    kernel_h: int
    kernel_w: int
    stride_h: int
    stride_w: int
    dilation_h: int
    dilation_w: int
    pad_top: int
    pad_bottom: int
    pad_left: int
    pad_right: int
    out_h: int
    out_w: int

    @property
    def extent_h(self):
        """Rows from a window's first tap to its last."""
        return (self.kernel_h - 1) * self.dilation_h + 1

    @property
    def extent_w(self):
        """Columns from a window's first tap to its last."""
        return (self.kernel_w - 1) * self.dilation_w + 1

    @property
    def pad_width(self):
        """Padding of an (N, C, H, W) array, as :func:`numpy.pad` takes it."""
        return (0, 0), (0, 0), (self.pad_top, self.pad_bottom), (self.pad_left, self.pad_right)

    def cells(self, i, j):
        """Rows and columns of the padded image that window (i, j) covers, as two slices."""
        top, left = i * self.stride_h, j * self.stride_w
        return (
            slice(top, top + self.extent_h, self.dilation_h),
            slice(left, left + self.extent_w, self.dilation_w),
        )


def window_grid(op, image, kernel, stride, pad, dilation):
    """Work out the grid of windows over an image.

    Parameters
    ----------
    op : str
        The operation to name in an error.
    image, kernel : (int, int)
        Height and width of the image, and of the window in taps.
    stride, dilation : int or (int, int)
        At least 1; one number serves both axes.
    pad : int, (h, w), ((top, bottom), (left, right)), 'valid' or 'same'
        ``'valid'`` is no padding.  ``'same'`` is TensorFlow's rule [1]_: the output has
        ``ceil(size / stride)`` cells, and an odd cell of padding goes to the bottom and right.

    Returns
    -------
    WindowGrid
        ``out = 1 + (size + before + after - dilation * (kernel - 1) - 1) // stride``.

    Raises
    ------
    ValueError
        If a number is out of range, or the window exceeds the padded image.
    TypeError
        If a number is not an integer, or ``pad`` has none of the forms above.

    References
    ----------
    .. [1] https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    stride = pair(op, "stride", stride, 1)
    dilation = pair(op, "dilation", dilation, 1)
    return _grid(op, image, kernel, stride, dilation, padding_sides(op, pad))


def known_keys(op, name, param, required, optional):
    """Refuse a parameter dict with a missing or an unknown key, naming the near miss."""
    if not isinstance(param, dict):
        raise TypeError(f"{op}: {name} must be a dict, got {type(param).__name__}")
    for key in param:
        if key not in required and key not in optional:
            import difflib  # for the message alone

            near = difflib.get_close_matches(str(key), [*required, *optional], n=1)
            hint = (
                f"did you mean {near[0]!r}?"
                if near
                else f"known keys: {', '.join([*required, *optional])}"
            )
            raise ValueError(f"{op}: {name} has an unknown key {key!r}; {hint}")
    for key in required:
        if key not in param:
            raise ValueError(f"{op}: {name} lacks the key {key!r}, got keys {list(param)}")


def pair(op, name, value, least):
    """Return an int or a pair of ints as a pair, height first."""
    if not isinstance(value, (tuple, list)):
        number = integer(op, name, value, least)
        return number, number
    if len(value) != 2:
        raise ValueError(
            f"{op}: {name} must be an int or a pair (height, width), got {len(value)} values"
        )
    return (
        integer(op, f"{name} height", value[0], least),
        integer(op, f"{name} width", value[1], least),
    )


def padding_sides(op, pad, name="pad"):
    """Return ``pad`` as ((top, bottom), (left, right)), or as 'same', which depends on sizes."""
    if isinstance(pad, str):
        if pad == "valid":
            return (0, 0), (0, 0)
        if pad == "same":
            return pad
        raise ValueError(f"{op}: {name} must be an int, pairs, 'valid' or 'same', got {pad!r}")
    if isinstance(pad, (tuple, list)) and any(isinstance(sides, (tuple, list)) for sides in pad):
        if [len(sides) if isinstance(sides, (tuple, list)) else 0 for sides in pad] != [2, 2]:
            raise ValueError(f"{op}: {name} must be ((top, bottom), (left, right)), got {pad!r}")
        (top, bottom), (left, right) = pad
        return (
            (integer(op, f"{name} top", top, 0), integer(op, f"{name} bottom", bottom, 0)),
            (integer(op, f"{name} left", left, 0), integer(op, f"{name} right", right, 0)),
        )
    return tuple((side, side) for side in pair(op, name, pad, 0))


def _same(size, stride, extent):
    out = -(-size // stride)
    total = max((out - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


@lru_cache(maxsize=1024)
def _grid(op, image, kernel, stride, dilation, pads):
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    if pads == "same":
        pads = [_same(*axis) for axis in zip(image, stride, extent, strict=True)]
    out = []
    for axis, name in enumerate(("height", "width")):
        before, after = pads[axis]
        padded = image[axis] + before + after
        if extent[axis] > padded:
            taps = (
                f" ({kernel[axis]} taps, dilation {dilation[axis]})" if dilation[axis] > 1 else ""
            )
            sides = f"{before} on both sides" if before == after else f"{before} and {after}"
            raise ValueError(
                f"{op}: window {name} {extent[axis]}{taps} exceeds the padded input {name} "
                f"{padded} (input {image[axis]}, pad {sides})"
            )
        out.append(1 + (padded - extent[axis]) // stride[axis])
    padded_h, padded_w = (image[axis] + sum(pads[axis]) for axis in range(2))
    if padded_h * padded_w > LARGEST:
        raise ValueError(
            f"{op}: pad makes every channel {padded_h} x {padded_w} cells; "
            f"at most {LARGEST} are possible"
        )
    return WindowGrid(*image, *kernel, *stride, *dilation, *pads[0], *pads[1], *out)
