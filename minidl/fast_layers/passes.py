"""The three passes of a convolution on checked arguments, through the compiled kernels.

A filter tap is an offset into planes of the padded image; see ``minidl/kernels/planes.pxd``.
The layers of this package that convolve are these passes, with their own checks before them.
"""

import numpy as np

from minidl import kernels
from minidl.fast_layers.planes import BLOCK, FILTERS, ROWS, SCRATCH, TAPS, planes_of, whole
from minidl.threads import over_images, scratch


def forward(g):
    """Convolve the images ``g.x`` with the filters ``g.w``.

    Parameters
    ----------
    g : ConvGeometry

    Returns
    -------
    out : ndarray of shape ``g.out_shape``
    """
    images, bias = np.ascontiguousarray(g.x), _bias(g)
    out = np.empty(g.out_shape, dtype=g.dtype)
    p, n_channels = _plan(g), g.w_shape[1]
    packed = [_pack(g.w[filters].reshape(-1, p.n_taps)) for _, filters in g.group_slices]

    def run(start, stop):
        planes = scratch("planes", (p.cells,), g.dtype)
        lines = scratch("lines", (ROWS, p.columns), g.dtype)
        for tiles, (channels, filters) in zip(packed, g.group_slices, strict=True):
            kernels.conv.forward(
                *(images[start:stop], channels.start, n_channels, tiles, bias[filters]),
                *(p.sizes, p.offsets, planes, lines, out[start:stop], filters.start),
            )

    over_images(run, len(images), g.multiply_adds)
    return out


def filter_gradient(g):
    """Return the gradient of the filters: dot products of ``g.dout`` with the cells of each tap.

    It goes block by block of channels, so that the running sums of all tiles stay in cache.
    Long sums, over the batch and over threads, are in double precision.
    """
    images, dout = np.ascontiguousarray(g.x), np.ascontiguousarray(g.dout)
    p = _plan(g)
    width = whole(g.grid.out_w, p.lanes)

    def run(start, stop):
        part = np.empty((g.w_shape[0], p.n_taps), dtype=np.float64)
        planes = scratch("planes", (p.cells,), g.dtype)
        for channels, filters in g.group_slices:
            tiles = -(-(filters.stop - filters.start) // FILTERS)
            spread = scratch("spread", (tiles * FILTERS, p.band, width), g.dtype)
            for block, taps, offsets in _channel_blocks(g, p, channels, tiles):
                shape = tiles, len(offsets) // TAPS, FILTERS * TAPS, p.lanes
                sums = scratch("sums", shape, g.dtype)
                dw = np.zeros((filters.stop - filters.start, taps.stop - taps.start))
                kernels.conv.filter_gradient(
                    *(dout[start:stop], filters.start, images[start:stop]),
                    *(block.start, block.stop - block.start, p.sizes, offsets),
                    *(planes, spread, sums, dw),
                )
                part[filters, taps] = dw
        return part

    parts = over_images(run, len(images), g.multiply_adds)
    return sum(parts[1:], start=parts[0]).reshape(g.w_shape).astype(g.dtype, copy=False)


def input_gradient(g):
    """Return the gradient of the images: ``g.dout``, weighted by the filters, added to each tap.

    A cell receives one term for each tap of the window; kernels of many taps go block by block,
    so that long sums are sums of sums.
    """
    dout = np.ascontiguousarray(g.dout)
    dx = np.zeros(g.x_shape, dtype=g.dtype)
    p, n_channels = _plan(g), g.w_shape[1]
    blocks = [
        (
            p.offsets[taps],
            [_pack(g.w[filters].reshape(-1, p.n_taps)[:, taps].T) for _, filters in g.group_slices],
        )
        for taps in _tap_blocks(g, p)
    ]
    n_filters = g.w_shape[0] // g.groups
    flat_offsets = np.arange(n_filters, dtype=np.intp) * (p.band * g.grid.out_w)

    def run(start, stop):
        planes = scratch("planes", (p.cells,), g.dtype)
        flat = scratch("flat", (flat_offsets[-1] + p.flat_columns,), g.dtype)
        lines = scratch("lines", (ROWS, p.flat_columns), g.dtype)
        for offsets, packed in blocks:
            for tiles, (channels, filters) in zip(packed, g.group_slices, strict=True):
                kernels.conv.input_gradient(
                    *(dout[start:stop], filters.start, tiles, p.sizes, offsets, flat_offsets),
                    *(planes, flat, lines, dx[start:stop], channels.start, n_channels),
                )

    over_images(run, len(dx), g.multiply_adds)
    return dx


def bias_gradient(dout):
    """Return the gradient of the biases: for each filter, the sum of its planes of ``dout``.

    NumPy adds pairwise, and so precisely, only along contiguous memory.
    """
    planes = np.ascontiguousarray(dout).sum(axis=(2, 3))
    return planes.sum(axis=0, dtype=np.float64).astype(dout.dtype, copy=False)


def _plan(g):
    return planes_of(g.grid, g.w_shape[1], g.w_shape[0] // g.groups, g.dtype)


def _bias(g):
    return np.zeros(g.w_shape[0], g.dtype) if g.b is None else np.ascontiguousarray(g.b)


def _pack(rows):
    """Lay a matrix (rows, terms) out for the product tile."""
    packed = np.empty((-(-len(rows) // ROWS), rows.shape[1], ROWS), dtype=rows.dtype)
    kernels.conv.pack(rows, packed)
    return packed


def _tap_blocks(g, p):
    """Yield what picks out the taps of a block, BLOCK of every channel at the most."""
    per_channel = g.grid.kernel_h * g.grid.kernel_w
    if per_channel <= BLOCK:
        yield slice(p.n_taps)
        return
    taps = np.arange(p.n_taps).reshape(-1, per_channel)
    for first in range(0, per_channel, BLOCK):
        yield taps[:, first : first + BLOCK].ravel()


def _channel_blocks(g, p, channels, tiles):
    """Yield, for each block of channels, its slice, the slice of its taps and their offsets."""
    per_channel = g.grid.kernel_h * g.grid.kernel_w
    sums = per_channel * tiles * FILTERS * p.lanes * g.dtype.itemsize
    step = max(SCRATCH // sums, 1)
    n_channels = channels.stop - channels.start
    for first in range(0, n_channels, step):
        last = min(first + step, n_channels)
        # Planes of a block start at the first channel's, so the offsets start over, too.
        n_taps = (last - first) * per_channel
        offsets = p.offsets[: whole(n_taps, TAPS)]
        block = slice(channels.start + first, channels.start + last)
        yield block, slice(first * per_channel, last * per_channel), offsets
