"""Where windows land: strides, padding rules, dilation, output sizes.

A grid is plain integers, so that it can be hashed and remembered.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from minidl.geometry.arrays import LARGEST
from minidl.geometry.parameters import padding_sides, pair


@dataclass(frozen=True, slots=True, eq=False)
class WindowGrid:
    """Every place that a window takes on an image, in elements of the image.

    Window (i, j) starts at row ``i * stride_h`` and column ``j * stride_w`` of the padded
    image; its tap (u, v) lies ``u * dilation_h`` rows and ``v * dilation_w`` columns further on.

    :func:`known_grid` makes them: grids of the same numbers are one object, so that what was
    planned for a grid is found again without comparing its numbers.
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
    def padded_h(self):
        """Rows of the padded image."""
        return self.image_h + self.pad_top + self.pad_bottom

    @property
    def padded_w(self):
        """Columns of the padded image."""
        return self.image_w + self.pad_left + self.pad_right

    @property
    def param(self):
        """Stride, padding and dilation as :func:`window_grid` takes them."""
        return {
            "stride": (self.stride_h, self.stride_w),
            "pad": ((self.pad_top, self.pad_bottom), (self.pad_left, self.pad_right)),
            "dilation": (self.dilation_h, self.dilation_w),
        }

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

    def spans(self, axis):
        """Where each window lies in the image itself, along its height (axis 0) or width (1).

        Returns
        -------
        spans : ndarray of shape (windows, 3)
            First row or column, the one where it stops, and the step between them, as ``slice``
            takes them; the cells of the padding are left out.
        """
        size, extent, step, pad, starts = self._along(axis)
        starts = starts - pad
        firsts = np.where(starts < 0, starts % step, starts)
        stops = np.minimum(starts + extent, size)
        return np.stack([firsts, stops, np.full_like(firsts, step)], axis=1)

    def counted(self, axis, include_pad):
        """How many rows (axis 0) or columns (1) of each window an average counts.

        Those of the image, or with ``include_pad`` those of the padded image; what lies beyond
        the padding, which only ``ceil_mode`` reaches, never counts.  Without dilation.
        """
        if not include_pad:
            firsts, stops, _ = self.spans(axis).T
            return stops - firsts
        _, extent, _, _, starts = self._along(axis)
        return np.minimum(starts + extent, (self.padded_h, self.padded_w)[axis]) - starts

    def _along(self, axis):
        """One axis: size, extent, dilation, padding before, and starts in the padded image."""
        if axis == 0:
            starts = np.arange(self.out_h, dtype=np.intp) * self.stride_h
            return self.image_h, self.extent_h, self.dilation_h, self.pad_top, starts
        starts = np.arange(self.out_w, dtype=np.intp) * self.stride_w
        return self.image_w, self.extent_w, self.dilation_w, self.pad_left, starts


@lru_cache(maxsize=1024)
def known_grid(*numbers):
    """Return the grid of these numbers, which are the attributes of :class:`WindowGrid`."""
    return WindowGrid(*numbers)


def window_grid(op, image, kernel, stride, pad, dilation, ceil_mode=False, pad_name="pad"):
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
    ceil_mode : bool
        PyTorch's rule [2]_: the division below is rounded up, so that a last window may end
        outside the padded image, as long as it starts before the padding after the image.
    pad_name : str
        What the caller's argument ``pad`` is called, to name in an error.

    Returns
    -------
    WindowGrid
        ``out = 1 + (size + before + after - dilation * (kernel - 1) - 1) // stride``.

    Raises
    ------
    ValueError
        If a number is out of range, or no window fits the padded image.
    TypeError
        If a number is not an integer, or ``pad`` has none of the forms above.

    References
    ----------
    .. [1] https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    .. [2] https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """
    stride = pair(op, "stride", stride, 1)
    dilation = pair(op, "dilation", dilation, 1)
    pads = padding_sides(op, pad, pad_name)
    return _grid(op, image, kernel, stride, dilation, pads, ceil_mode)


def extents(kernel, dilation):
    """Return how many rows and columns a window covers, from its first tap to its last."""
    return [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]


def padding_of(image, stride, extent, pads):
    """Return the padding before and after each axis: ``pads``, or what 'same' asks for."""
    if pads == "same":
        return [_same(*axis) for axis in zip(image, stride, extent, strict=True)]
    return pads


def require_cells(op, image, pads):
    """Refuse a padded image of more cells than a kernel's integers can count."""
    height, width = (size + sum(sides) for size, sides in zip(image, pads, strict=True))
    if height * width > LARGEST:
        raise ValueError(
            f"{op}: every channel, with its padding, has {height} x {width} cells; "
            f"at most {LARGEST} are possible: make the image or pad smaller"
        )


def _same(size, stride, extent):
    """TensorFlow's rule for 'same', along one axis."""
    out = -(-size // stride)
    total = max((out - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


@lru_cache(maxsize=1024)
def _grid(op, image, kernel, stride, dilation, pads, ceil_mode):
    extent = extents(kernel, dilation)
    pads = padding_of(image, stride, extent, pads)
    out = []
    for axis, name in enumerate(("height", "width")):
        before, after = pads[axis]
        padded = image[axis] + before + after
        steps = padded - extent[axis]
        windows = 1 + (-(-steps // stride[axis]) if ceil_mode else steps // stride[axis])
        if ceil_mode and (windows - 1) * stride[axis] >= image[axis] + before:
            windows -= 1
        if windows < 1:
            taps = (
                f" ({kernel[axis]} taps, dilation {dilation[axis]})" if dilation[axis] > 1 else ""
            )
            sides = f"{before} on both sides" if before == after else f"{before} and {after}"
            raise ValueError(
                f"{op}: window {name} {extent[axis]}{taps} exceeds the padded input {name} "
                f"{padded} (input {image[axis]}, pad {sides}); pad more, or make the window smaller"
            )
        out.append(windows)
    require_cells(op, image, pads)
    return known_grid(*image, *kernel, *stride, *dilation, *pads[0], *pads[1], *out)
