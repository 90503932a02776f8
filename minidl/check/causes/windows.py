"""A convolution with knobs: what comes out if a window lies elsewhere, or something is left out.

All windows are gathered first; with right settings the results are those of the reference.
"""

import numpy as np

from minidl.geometry import conv_geometry


class Windows:
    """The windows of one case, laid out with another stride or dilation, or padded otherwise.

    Parameters
    ----------
    prepared : Prepared
        Of a convolution.
    stride, dilation : pair of int, optional
        Instead of the case's own.
    mode : str
        How :func:`numpy.pad` fills the padding.
    """

    def __init__(self, prepared, stride=None, dilation=None, mode="constant"):
        g = conv_geometry("case", *prepared.case.arguments)
        self.g, grid = g, g.grid
        self.padded = np.pad(g.x, grid.pad_width, mode=mode)
        stride = stride or (grid.stride_h, grid.stride_w)
        dilation = dilation or (grid.dilation_h, grid.dilation_w)
        rows = _places(grid.out_h, stride[0], grid.kernel_h, dilation[0])
        columns = _places(grid.out_w, stride[1], grid.kernel_w, dilation[1])
        self.index = rows[:, None, :, None], columns[None, :, None, :]
        self.windows = self.padded[:, :, *self.index]  # n, c, i, j, u, v

    @property
    def bias(self):
        """The bias, to be added to an output; 0 if there is none."""
        return 0 if self.g.b is None else self.g.b[:, None, None]

    def products(self, w, channels=slice(None)):
        """Return the output of filters ``w`` without the bias."""
        return np.einsum("ncijuv,fcuv->nfij", self.windows[:, channels], w[:, channels])

    def filter_gradient(self, dout):
        """Return dw."""
        return np.einsum("nfij,ncijuv->fcuv", dout, self.windows)

    def input_gradient(self, dout, w):
        """Return dx, without the padding."""
        total = np.zeros_like(self.padded)
        np.add.at(
            total, (slice(None), slice(None), *self.index), np.einsum("nfij,fcuv->ncijuv", dout, w)
        )
        return self.cropped(total)

    def assigned_input_gradient(self, dout, w, every_filter):
        """Return dx if every window's gradient takes the place of what was there.

        ``every_filter`` tells whether the filters' parts are still added up.
        """
        if every_filter:
            parts = np.einsum("nfij,fcuv->ncijuv", dout, w)
        else:
            parts = np.einsum("nij,cuv->ncijuv", dout[:, -1], w[-1])
        total = np.zeros_like(self.padded)
        rows, columns = (np.squeeze(axis) for axis in self.index)
        rows, columns = rows.reshape(dout.shape[2], -1), columns.reshape(dout.shape[3], -1)
        for i, j in np.ndindex(dout.shape[2:]):
            total[:, :, rows[i][:, None], columns[j]] = parts[:, :, i, j]
        return self.cropped(total)

    def cropped(self, total):
        """Return the image inside of its padding."""
        grid = self.g.grid
        rows = slice(grid.pad_top, grid.pad_top + grid.image_h)
        return total[:, :, rows, grid.pad_left : grid.pad_left + grid.image_w]


def _places(count, stride, kernel, dilation):
    """Return the row, or column, of each tap of each window."""
    return stride * np.arange(count)[:, None] + dilation * np.arange(kernel)
