"""The passes of a convolution, planned for sizes that were checked, by either kind of kernels.

Lanes of a vector are columns of an image (``kernels/conv.pyx``), or they are filters
(``kernels/panels.pyx``); ``conv_plans.py`` chooses.  A plan is two functions: ``pack`` lays filters
out, once in every call, and the other one convolves any number of images with what that returned.
They trust their arrays to be C-contiguous, of the sizes and the dtype of the plan.
"""

import math

import numpy as np

from minidl import kernels
from minidl.fast_layers.planes import (
    BLOCK,
    RAMP,
    ROWS,
    canvas_of,
    lanes_of,
    multiples,
    planes_of,
)
from minidl.geometry import window_grid
from minidl.scratch import scratch

PARTS = 4  # of the work for each thread: small enough that none waits long for another's last


def forward_by_columns(g, grid):
    """Plan a forward pass over windows of ``grid``: ``pack(w, bias)``, ``convolve(x, out, _)``."""
    dtype, n_channels, n_filters = g.dtype, g.w_shape[1], g.w_shape[0] // g.groups
    p, height = planes_of(grid, n_channels, n_filters, dtype), _height(n_filters)
    shape, terms = (-(-n_filters // height), p.n_taps, height), multiples(height, BLOCK)
    groups = [(channels.start, filters) for channels, filters in g.group_slices]
    rows = g.w_shape[0], p.n_taps
    pack_filters = kernels.of(kernels.conv.pack_filters, dtype)
    kernel = kernels.of(kernels.conv.forward, dtype)

    def pack(w, bias):
        w, packed = w.reshape(rows), []
        for channel, filters in groups:
            tiles = np.empty(shape, dtype)
            pack_filters(w[filters], tiles)
            packed.append((channel, tiles, bias[filters], filters.start))
        return packed

    def convolve(images, out, packed):
        planes = scratch("planes", (p.cells,), dtype)
        lines = scratch("lines", (height, p.columns), dtype)
        for channel, tiles, bias, filter_ in packed:
            kernel(
                *(images, channel, n_channels, tiles, bias),
                *(p.sizes, RAMP, terms, p.offsets, planes, lines, out, filter_),
            )

    return pack, convolve


def input_gradient_by_columns(g, grid):
    """Plan an input gradient: ``pack(w)``, ``scatter(dout, dx, _)``; any ``grid`` will do.

    A cell receives one term for each tap of the window; kernels of many taps go block by block,
    so that long sums are sums of sums.
    """
    dtype, n_channels, n_filters = g.dtype, g.w_shape[1], g.w_shape[0] // g.groups
    p = planes_of(grid, n_channels, n_filters, dtype)
    flat_offsets, rows = multiples(p.flat_columns, n_filters), (g.w_shape[0], p.n_taps)
    groups = [(channels.start, filters) for channels, filters in g.group_slices]
    blocks = [(taps, p.offsets[taps]) for taps in _tap_blocks(g, p)]
    pack_taps = kernels.of(kernels.conv.pack_taps, dtype)
    kernel = kernels.of(kernels.conv.input_gradient, dtype)

    def pack(w):
        w, packed, pitch = w.reshape(rows), [], p.pitch
        for taps, offsets in blocks:
            height = _height(len(offsets))
            terms, shape = multiples(height, BLOCK), (-(-len(offsets) // height), n_filters, height)
            for channel, filters in groups:
                tiles = np.empty(shape, dtype)
                if not pack_taps(np.ascontiguousarray(w[filters, taps]), tiles):
                    pitch = grid.out_w  # cells between rows would meet weights that are not finite
                packed.append((filters.start, tiles, terms, offsets, channel))
        return packed, pitch

    def scatter(dout, dx, packed):
        planes = scratch("planes", (p.cells,), dtype)
        flat = scratch("flat", (n_filters * p.flat_columns,), dtype)
        lines = scratch("lines", (ROWS, p.flat_columns), dtype)
        packed, pitch = packed
        for k, (filter_, tiles, terms, offsets, channel) in enumerate(packed):
            kernel(
                *(dout, filter_, tiles, p.sizes, pitch, p.aligned, RAMP, terms),
                *(offsets, flat_offsets, planes, flat, lines),
                *(dx, channel, n_channels, k < len(groups)),
            )

    return pack, scatter


def forward_by_filters(g, grid):
    """Plan a forward pass over windows of ``grid``: ``pack(w, bias)``, ``convolve(x, out, _)``."""
    dtype, rows = g.dtype, (g.w_shape[0], math.prod(g.w_shape[1:]))
    shape = _panels_shape(g, g.w_shape[0] // g.groups, g.w_shape[1])
    groups = [(channels.start, filters) for channels, filters in g.group_slices]
    kernel = kernels.of(kernels.panels.pack, dtype)

    def pack(w, bias):
        w, packed = w.reshape(rows), []
        for channel, filters in groups:
            panels = np.empty(shape, dtype)
            kernel(w[filters], panels)
            packed.append((channel, panels, bias[filters], filters.start))
        return packed

    return pack, _convolution_with_panels(grid, g.w_shape[1], shape, dtype)


def input_gradient_by_filters(g):
    """Plan an input gradient for windows side by side: ``pack(w)``, ``convolve(dout, dx, _)``.

    For other windows, return None.  Beyond the edge of ``dout`` weights meet zeros that the
    definition does not have: where they are not all finite, ``pack(w)`` returns None.
    """
    grid, dtype = g.grid, g.dtype
    n_filters, n_channels = g.w_shape[0] // g.groups, g.w_shape[1]
    before = grid.extent_h - 1 - grid.pad_top, grid.extent_w - 1 - grid.pad_left
    after = grid.extent_h - 1 - grid.pad_bottom, grid.extent_w - 1 - grid.pad_right
    if (grid.stride_h, grid.stride_w) != (1, 1) or n_channels < 16 or min(*before, *after) < 0:
        return None
    shape, groups = _panels_shape(g, n_channels, n_filters), g.group_slices
    apart = g.groups, n_filters, n_channels, g.w_shape[2] * g.w_shape[3]
    no_bias, kernel = np.zeros(n_channels, dtype), kernels.of(kernels.panels.pack_reversed, dtype)

    def pack(w):
        packed = []
        for own, (channels, filters) in zip(w.reshape(apart), groups, strict=True):
            panels = np.empty(shape, dtype)
            if not kernel(own, panels):
                return None
            packed.append((filters.start, panels, no_bias, channels.start))
        return packed

    pad = tuple(zip(before, after, strict=True))
    window, dilation = (grid.kernel_h, grid.kernel_w), (grid.dilation_h, grid.dilation_w)
    grid = window_grid("input_gradient", (grid.out_h, grid.out_w), window, 1, pad, dilation)
    return pack, _convolution_with_panels(grid, n_filters, shape, dtype)


def _convolution_with_panels(grid, n_channels, shape, dtype):
    """Return a function of images, output and packed panels of ``shape``, which convolves them."""
    n_panels, _, wide = shape
    c, lines = canvas_of(grid, n_channels, n_panels * wide, dtype), multiples(wide, BLOCK)
    kernel = kernels.of(kernels.panels.forward, dtype)

    def convolve(images, out, packed):
        canvas = scratch("canvas", (c.canvas,), dtype)
        sums = scratch("sums", (len(c.cells), n_panels * wide), dtype)
        for taken, panels, bias, given in packed:
            kernel(
                *(images, taken, n_channels, panels, bias),
                *(c.sizes, c.row_step, c.fold, c.taps, c.cells, lines, canvas, sums),
                *(out, given),
            )

    return convolve


def _panels_shape(g, n_lanes, n_terms):
    """Return the shape of panels of ``n_lanes`` channels for ``n_terms`` others times the taps."""
    wide = 2 * lanes_of(g.dtype)
    return -(-n_lanes // wide), n_terms * g.w_shape[2] * g.w_shape[3], wide


def _height(n_rows):
    """Return how many of ``n_rows`` rows go into a tile, tiles as equal as can be."""
    return -(-n_rows // -(-n_rows // ROWS))


def _tap_blocks(g, p):
    """Yield what picks out the taps of a block, BLOCK of every channel at the most."""
    per_channel = g.grid.kernel_h * g.grid.kernel_w
    if per_channel <= BLOCK:
        yield slice(p.n_taps)
        return
    taps = np.arange(p.n_taps).reshape(-1, per_channel)
    for first in range(0, per_channel, BLOCK):
        yield taps[:, first : first + BLOCK].ravel()
