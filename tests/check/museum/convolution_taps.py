"""A right convolution that takes all forms of its parameters: the image is shifted tap by tap."""

import numpy as np

from minidl.geometry import conv_backward_geometry, conv_geometry


def taps(g):
    """For each tap of the filter, the cells that it meets: (u, v, rows, columns)."""
    grid = g.grid
    for u in range(g.w_shape[2]):
        for v in range(g.w_shape[3]):
            y, z = u * grid.dilation_h, v * grid.dilation_w
            rows = slice(y, y + grid.stride_h * (grid.out_h - 1) + 1, grid.stride_h)
            columns = slice(z, z + grid.stride_w * (grid.out_w - 1) + 1, grid.stride_w)
            yield u, v, rows, columns


def conv_forward(x, w, b, conv_param):
    g = conv_geometry("conv_forward", x, w, b, conv_param)
    padded = np.pad(g.x, g.grid.pad_width)
    out = np.zeros(g.out_shape, g.dtype)
    for u, v, rows, columns in taps(g):
        for channels, filters in g.group_slices:
            seen = padded[:, channels, rows, columns]
            out[:, filters] += np.einsum("ncij,fc->nfij", seen, g.w[filters, :, u, v])
    if g.b is not None:
        out += g.b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    g = conv_backward_geometry("conv_backward", dout, cache)
    padded = np.pad(g.x, g.grid.pad_width)
    dpadded, dw = np.zeros_like(padded), np.zeros(g.w_shape, g.dtype)
    for u, v, rows, columns in taps(g):
        for channels, filters in g.group_slices:
            up, tap = g.dout[:, filters], g.w[filters, :, u, v]
            dpadded[:, channels, rows, columns] += np.einsum("nfij,fc->ncij", up, tap)
            seen = padded[:, channels, rows, columns]
            dw[filters, :, u, v] = np.einsum("nfij,ncij->fc", up, seen)
    top, left = g.grid.pad_top, g.grid.pad_left
    height, width = g.x_shape[2:]
    dx = dpadded[:, :, top : top + height, left : left + width]
    return dx, dw, None if g.b is None else g.dout.sum((0, 2, 3))
