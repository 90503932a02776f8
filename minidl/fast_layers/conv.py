"""Convolution in which a filter tap is an offset into planes of the padded image."""

import numpy as np

from minidl import kernels
from minidl.fast_layers.planes import FILTERS, ROWS, SCRATCH, TAPS, planes_of, whole
from minidl.geometry import conv_backward_geometry, conv_geometry
from minidl.threads import over_images, scratch


def conv_forward_fast(x, w, b, conv_param):
    """Fast twin of :func:`~minidl.layers.conv.conv_forward_naive`; read its contract there.

    Every image is padded once into scratch memory, its rows and columns split by stride phase.
    There, tap (c, u, v) of the filter is one offset, the same for every output cell, so a tile of
    filters runs down the table of offsets with unit-stride loads; no window is ever gathered, and
    no im2col matrix exists.
    """
    g = conv_geometry("conv_forward", x, w, b, conv_param)
    images, bias = np.ascontiguousarray(g.x), _bias(g)
    out = np.empty(g.out_shape, dtype=g.dtype)
    p, n_channels = _plan(g), g.w.shape[1]
    packed = [_pack(g.w[filters].reshape(-1, p.n_taps)) for _, filters in g.group_slices]

    def forward(start, stop):
        planes = scratch("planes", (p.cells,), g.dtype)
        lines = scratch("lines", (ROWS, p.columns), g.dtype)
        for tiles, (channels, filters) in zip(packed, g.group_slices, strict=True):
            kernels.conv.forward(
                *(images[start:stop], channels.start, n_channels, tiles, bias[filters]),
                *(p.sizes, p.offsets, planes, lines, out[start:stop], filters.start),
            )

    over_images(forward, len(images), g.multiply_adds)
    return out, (x, w, b, conv_param)


def conv_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.conv.conv_backward_naive`; read its contract there.

    The filter gradient is the dot product of ``dout`` with the cells at each tap's offset; the
    input gradient adds ``dout``, weighted by the filters, back to those cells.
    """
    g = conv_backward_geometry("conv_backward", dout, cache)
    dx = _input_gradient(g) if input_gradient else None
    db = None if g.b is None else _bias_gradient(g)
    return dx, _filter_gradient(g), db


def _filter_gradient(g):
    """Block by block of channels, so that the running sums of all tiles stay in cache.

    Long sums, over the batch and over threads, are in double precision.
    """
    images, dout = np.ascontiguousarray(g.x), np.ascontiguousarray(g.dout)
    p = _plan(g)
    width = whole(g.grid.out_w, p.lanes)

    def filter_gradient(start, stop):
        part = np.empty((len(g.w), p.n_taps), dtype=np.float64)
        planes = scratch("planes", (p.cells,), g.dtype)
        for channels, filters in g.group_slices:
            tiles = -(-(filters.stop - filters.start) // FILTERS)
            spread = scratch("spread", (tiles * FILTERS, p.band, width), g.dtype)
            for block, taps, offsets in _blocks(g, p, channels, tiles):
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

    parts = over_images(filter_gradient, len(images), g.multiply_adds)
    return sum(parts[1:], start=parts[0]).reshape(g.w.shape).astype(g.dtype, copy=False)


def _input_gradient(g):
    dout = np.ascontiguousarray(g.dout)
    dx = np.zeros(g.x.shape, dtype=g.dtype)
    p, n_channels = _plan(g), g.w.shape[1]
    packed = [_pack(g.w[filters].reshape(-1, p.n_taps).T) for _, filters in g.group_slices]
    n_filters = len(g.w) // g.groups
    flat_offsets = np.arange(n_filters, dtype=np.intp) * (p.band * g.grid.out_w)

    def input_gradient(start, stop):
        planes = scratch("planes", (p.cells,), g.dtype)
        flat = scratch("flat", (flat_offsets[-1] + p.flat_columns,), g.dtype)
        lines = scratch("lines", (ROWS, p.flat_columns), g.dtype)
        for tiles, (channels, filters) in zip(packed, g.group_slices, strict=True):
            kernels.conv.input_gradient(
                *(dout[start:stop], filters.start, tiles, p.sizes, p.offsets[: p.n_taps]),
                *(flat_offsets, planes, flat, lines, dx[start:stop], channels.start, n_channels),
            )

    over_images(input_gradient, len(dx), g.multiply_adds)
    return dx


def _bias_gradient(g):
    return g.dout.sum(axis=(2, 3)).sum(axis=0, dtype=np.float64).astype(g.dtype, copy=False)


def _plan(g):
    return planes_of(g.grid, g.w.shape[1], len(g.w) // g.groups, g.dtype)


def _bias(g):
    return np.zeros(len(g.w), g.dtype) if g.b is None else np.ascontiguousarray(g.b)


def _pack(rows):
    """Lay a matrix (rows, terms) out for the product tile."""
    packed = np.empty((-(-len(rows) // ROWS), rows.shape[1], ROWS), dtype=rows.dtype)
    kernels.conv.pack(rows, packed)
    return packed


def _blocks(g, p, channels, tiles):
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
