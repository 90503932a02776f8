"""The three passes of a convolution on checked arguments, through the compiled kernels.

There are two kinds of kernels: lanes of a vector are columns of an image (``kernels/conv.pyx``), or
they are filters (``kernels/panels.pyx``).  The layers of this package that convolve are these
passes, with their own checks before them.
"""

import math

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers import filter_gradients, side_by_side
from minidl.fast_layers.planes import (
    BLOCK,
    RAMP,
    ROWS,
    canvas_of,
    lanes_of,
    multiples,
    planes_of,
)
from minidl.fast_layers.products import as_rows, product
from minidl.geometry import window_grid
from minidl.threads import over_images, scratch

PARTS = 4  # of the work for each thread: small enough that none waits long for another's last


def forward(g):
    """Convolve the images ``g.x`` with the filters ``g.w``.

    Parameters
    ----------
    g : ConvGeometry

    Returns
    -------
    out : ndarray of shape ``g.out_shape``
    """
    images = np.ascontiguousarray(g.x)
    bias = np.zeros(g.w_shape[0], g.dtype) if g.b is None else np.ascontiguousarray(g.b)
    if _is_one_product(g):
        return product(as_rows(images), as_rows(g.w).T, bias).reshape(g.out_shape)
    out = memory.empty(g.out_shape, g.dtype)
    many = _has_many_filters(g)
    if not many and side_by_side.pays(g, g.w_shape[0], math.prod(g.w_shape[1:])):
        convolve = _by_columns(g, side_by_side.grid_of(g))
        side_by_side.run(g, lambda x, results: convolve(x, bias, results), images, out)
        return out
    convolve = _by_panels(g) if many else _by_columns(g, g.grid)

    def run(start, stop):
        convolve(images[start:stop], bias, out[start:stop])

    over_images(run, len(images), g.multiply_adds, PARTS)
    return out


def filter_gradient(g):
    """Return the gradient of the filters: ``g.dout`` times the cells of each tap, summed up."""
    images, dout = np.ascontiguousarray(g.x), np.ascontiguousarray(g.dout)
    if _is_one_product(g):
        return product(as_rows(dout).T, as_rows(images)).reshape(g.w_shape)
    return filter_gradients.by_panels(g, images, dout)


def input_gradient(g):
    """Return the gradient of the images.

    Where windows lie side by side and channels are many, it is a forward pass over ``g.dout``,
    whose filters are seen from the input.  Elsewhere ``g.dout``, weighted by the filters, is added
    to the cells at each tap.
    """
    dout = np.ascontiguousarray(g.dout)
    if _is_one_product(g):
        return product(as_rows(dout), as_rows(g.w)).reshape(g.x_shape)
    dx = memory.empty(g.x_shape, g.dtype)
    gather, taps = _gathered_input_gradient(g), g.w_shape[2] * g.w_shape[3]
    if gather is None and side_by_side.pays(g, g.w_shape[1], g.w_shape[0] * taps):
        scatter = _scattered_input_gradient(g, side_by_side.grid_of(g))
        side_by_side.run(g, scatter, dout, dx)
        return dx
    convolve = gather or _scattered_input_gradient(g, g.grid)

    def run(start, stop):
        convolve(dout[start:stop], dx[start:stop])

    over_images(run, len(dx), g.multiply_adds, PARTS)
    return dx


def bias_gradient(dout):
    """Return the gradient of the biases: for each filter, the sum of its planes of ``dout``."""
    n_images, n_filters, *plane = dout.shape
    planes = np.ascontiguousarray(dout).reshape(n_images, n_filters, math.prod(plane))
    if planes.shape[2] == 1:  # filters are neighbours, which NumPy adds up at once
        sums = planes[:, :, 0].sum(axis=0, dtype=np.float64)
    else:
        sums = np.empty(n_filters)
        kernels.moments.channel_sums(planes, sums)
    return sums.astype(dout.dtype, copy=False)


def _by_columns(g, grid):
    """Return a function of images, bias and output, whose lanes are columns of ``grid``."""
    n_channels, n_filters = g.w_shape[1], g.w_shape[0] // g.groups
    p, height = planes_of(grid, n_channels, n_filters, g.dtype), _height(n_filters)
    shape = -(-n_filters // height), p.n_taps, height
    packed = [_packed(kernels.conv.pack_filters, w, shape) for w in _filters(g)]
    terms, slices = multiples(height, BLOCK), g.group_slices

    def convolve(images, bias, out):
        planes = scratch("planes", (p.cells,), g.dtype)
        lines = scratch("lines", (height, p.columns), g.dtype)
        for tiles, (channels, filters) in zip(packed, slices, strict=True):
            kernels.conv.forward(
                *(images, channels.start, n_channels, tiles, bias[filters]),
                *(p.sizes, RAMP, terms, p.offsets, planes, lines, out, filters.start),
            )

    return convolve


def _by_panels(g):
    """Return a function of images, bias and output, whose lanes are filters."""
    shape = _panels_shape(g, g.w_shape[0] // g.groups, g.w_shape[1])
    packed = [_packed(kernels.panels.pack, w, shape) for w in _filters(g)]
    return _product_with_panels(g.grid, packed, g.group_slices)


def _product_with_panels(grid, packed, slices):
    """Return a function of images, bias and output, which convolves with packed panels.

    ``slices`` lists for every group the channels that go in and those that come out.
    """
    (n_panels, _, wide), seen, dtype = packed[0].shape, slices[0][0].stop, packed[0].dtype
    c = canvas_of(grid, seen, n_panels * wide, dtype)
    lines = multiples(wide, BLOCK)

    def convolve(images, bias, out):
        canvas = scratch("canvas", (c.canvas,), dtype)
        sums = scratch("sums", (len(c.cells), n_panels * wide), dtype)
        for panels, (taken, given) in zip(packed, slices, strict=True):
            kernels.panels.forward(
                *(images, taken.start, seen, panels, bias[given]),
                *(c.sizes, c.row_step, c.fold, c.taps, c.cells, lines, canvas, sums),
                *(out, given.start),
            )

    return convolve


def _gathered_input_gradient(g):
    """Return a function of ``dout`` and ``dx`` for windows side by side, or None for others.

    Beyond the edge of ``dout`` weights meet zeros that the definition does not have, so they must
    be finite.
    """
    grid = g.grid
    n_filters, n_channels = g.w_shape[0] // g.groups, g.w_shape[1]
    before = grid.extent_h - 1 - grid.pad_top, grid.extent_w - 1 - grid.pad_left
    after = grid.extent_h - 1 - grid.pad_bottom, grid.extent_w - 1 - grid.pad_right
    if (grid.stride_h, grid.stride_w) != (1, 1) or n_channels < 16 or min(*before, *after) < 0:
        return None
    shape = _panels_shape(g, n_channels, n_filters)
    packed = [np.empty(shape, dtype=g.dtype) for _ in range(g.groups)]
    w = np.ascontiguousarray(g.w).reshape(g.groups, n_filters, n_channels, -1)
    if not all(map(kernels.panels.pack_reversed, w, packed)):
        return None
    pad = tuple(zip(before, after, strict=True))
    window, dilation = (grid.kernel_h, grid.kernel_w), (grid.dilation_h, grid.dilation_w)
    grid = window_grid("input_gradient", (grid.out_h, grid.out_w), window, 1, pad, dilation)
    slices = [(filters, channels) for channels, filters in g.group_slices]
    convolve, bias = _product_with_panels(grid, packed, slices), np.zeros(g.x_shape[1], g.dtype)
    return lambda dout, dx: convolve(dout, bias, dx)


def _scattered_input_gradient(g, grid):
    """Return a function of ``dout`` and ``dx``, whose lanes are columns; any ``grid`` will do.

    A cell receives one term for each tap of the window; kernels of many taps go block by block,
    so that long sums are sums of sums.
    """
    n_filters = g.w_shape[0] // g.groups
    p = planes_of(grid, g.w_shape[1], n_filters, g.dtype)
    flat_offsets, slices = multiples(p.flat_columns, n_filters), g.group_slices
    blocks = [_packed_taps(g, p, taps) for taps in _tap_blocks(g, p)]
    pitch = p.pitch if all(finite for *_, finite in blocks) else grid.out_w

    def scatter(dout, dx):
        planes = scratch("planes", (p.cells,), g.dtype)
        flat = scratch("flat", (n_filters * p.flat_columns,), g.dtype)
        lines = scratch("lines", (ROWS, p.flat_columns), g.dtype)
        for k, (offsets, packed, _) in enumerate(blocks):
            terms = multiples(packed[0].shape[2], BLOCK)
            for tiles, (channels, filters) in zip(packed, slices, strict=True):
                kernels.conv.input_gradient(
                    *(dout, filters.start, tiles, p.sizes, pitch, p.aligned, RAMP, terms),
                    *(offsets, flat_offsets, planes, flat, lines),
                    *(dx, channels.start, g.w_shape[1], k == 0),
                )

    return scatter


def _panels_shape(g, n_lanes, n_terms):
    """Return the shape of panels of ``n_lanes`` channels for ``n_terms`` others times the taps."""
    wide = 2 * lanes_of(g.dtype)
    return -(-n_lanes // wide), n_terms * g.w_shape[2] * g.w_shape[3], wide


def _is_one_product(g):
    """Whether every window is a whole image, so that a pass is one product of matrices."""
    grid = g.grid
    image, padded = (grid.image_h, grid.image_w), (grid.padded_h, grid.padded_w)
    return g.groups == 1 and (grid.kernel_h, grid.kernel_w) == image == padded


def _has_many_filters(g):
    """Whether lanes of filters are faster than lanes of columns, by measurement."""
    return g.w_shape[0] // g.groups >= 16 and math.prod(g.w_shape[1:]) >= 20


def _filters(g):
    """Return the filters of each group as a matrix (filters, taps)."""
    w = as_rows(np.ascontiguousarray(g.w))
    return [w[filters] for _, filters in g.group_slices]


def _height(n_rows):
    """Return how many of ``n_rows`` rows go into a tile, tiles as equal as can be."""
    return -(-n_rows // -(-n_rows // ROWS))


def _packed(pack, w, shape):
    packed = np.empty(shape, dtype=w.dtype)
    pack(w, packed)
    return packed


def _packed_taps(g, p, taps):
    """Return the offsets of taps, their weights packed by groups, and whether these are finite."""
    offsets, packed, finite = p.offsets[taps], [], True
    height = _height(len(offsets))
    for w in _filters(g):
        packed.append(np.empty((-(-len(offsets) // height), len(w), height), dtype=g.dtype))
        finite &= kernels.conv.pack_taps(np.ascontiguousarray(w[:, taps]), packed[-1])
    return offsets, packed, finite


def _tap_blocks(g, p):
    """Yield what picks out the taps of a block, BLOCK of every channel at the most."""
    per_channel = g.grid.kernel_h * g.grid.kernel_w
    if per_channel <= BLOCK:
        yield slice(p.n_taps)
        return
    taps = np.arange(p.n_taps).reshape(-1, per_channel)
    for first in range(0, per_channel, BLOCK):
        yield taps[:, first : first + BLOCK].ravel()
