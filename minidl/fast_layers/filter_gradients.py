"""The gradient of the filters: ``dout`` times the cells of each tap, summed up over all windows.

Lanes of a vector are filters (``kernels/panels.pyx``).  If these are so few that they would leave
lanes empty, taps of a row go beside each other: one cell of the image then meets the filters at
several windows, of which it is another tap each.
"""

import math
from functools import lru_cache

import numpy as np

from minidl import kernels
from minidl.fast_layers.planes import BLOCK, SCRATCH, canvas_of, first_taps, lanes_of, multiples
from minidl.scratch import scratch
from minidl.threads import SPLIT_ABOVE, for_each, get_num_threads, parts_of

PARTS = 4  # of the work for each thread: small enough that none waits long for another's last
SHORT = 8  # columns: such rows take longer to transpose one by one than fewer vectors save
WORTHWHILE = 0.95  # of the vectors without taps beside each other: fewer must be some fewer


def by_panels_of(g):
    """Plan the gradient of the filters, ``run(dout, images)``.

    Taps beside each other meet zeros around ``dout``, so a number that is not finite may appear
    where the definition has none; then it is all done again without.
    """
    beside = _taps_beside(g.grid, g.w_shape[0] // g.groups, g.dtype)
    sums, w_shape = _sums_of(g, 1), g.w_shape
    if beside == 1:
        return lambda dout, images: sums(dout, images).reshape(w_shape)
    sums_beside = _sums_of(g, beside)

    def run(dout, images):
        dw = sums_beside(dout, images)
        if not np.isfinite(dw).all():
            dw = sums(dout, images)
        return dw.reshape(w_shape)

    return run


def _sums_of(g, beside):
    """Plan the gradient with ``beside`` taps in the lanes.

    Filters go some panels at a time, so that the running sums of all taps stay in cache.  Long
    sums, over the batch and over its parts, are in double precision.
    """
    dtype, seen, wide = g.dtype, g.w_shape[1], 2 * lanes_of(g.dtype)
    (n_all_filters, *_), n_taps = g.w_shape, math.prod(g.w_shape[1:])
    n_images, work = g.x_shape[0], g.multiply_adds
    most = max(SCRATCH // 2 // (n_taps * wide * dtype.itemsize), 1)
    n_panels = -(-n_all_filters // g.groups // wide)
    n_panels = -(-n_panels // -(-n_panels // most))  # at a time, as equal as can be
    c = canvas_of(g.grid, seen, n_panels * wide, dtype, beside)
    n_rows, kernel_w = seen * g.grid.kernel_h, g.grid.kernel_w
    blocks = _blocks_of_filters(g, n_panels * wide)
    lines = [multiples(n, BLOCK) for n in range(wide + 1)]
    kernel = kernels.of(kernels.panels.filter_gradient, dtype)

    def sums_of_part(dout, images, channel, filters):
        n_filters = filters.stop - filters.start
        n_panels, line = -(-n_filters // wide), wide if beside == 1 else n_filters
        canvas = scratch("canvas", (c.canvas,), dtype)
        panels = scratch("panels", (n_panels, (len(c.cells) - 1) * line + wide), dtype)
        sums = scratch("sums", (len(c.taps), n_panels * wide), dtype)
        part = np.empty((beside * n_filters, len(c.taps)))
        kernel(
            *(dout, filters.start, images, channel, seen),
            *(c.sizes, c.row_step, c.fold, c.taps, c.cells, lines[line]),
            *(canvas, panels, sums, part),
        )
        return part if beside == 1 else part.take(_places(n_filters, n_rows, kernel_w, beside))

    if len(blocks) == 1 and work < SPLIT_ABOVE:
        block = blocks[0]
        return lambda dout, images: sums_of_part(dout, images, *block).astype(dtype)

    def run(dout, images):
        bounds = _parts_beside(blocks, n_images, work)
        dw = np.empty((n_all_filters, n_taps), dtype)

        def run_part(k):
            channel, filters = blocks[k // len(bounds)]
            start, stop = bounds[k % len(bounds)]
            part = sums_of_part(dout[start:stop], images[start:stop], channel, filters)
            if len(bounds) > 1:
                return part
            dw[filters] = part
            return None

        parts = for_each(run_part, len(blocks) * len(bounds), work)
        if len(bounds) > 1:
            for k, (_, filters) in enumerate(blocks):
                dw[filters] = sum(parts[k * len(bounds) : (k + 1) * len(bounds)])
        return dw

    return run


@lru_cache(maxsize=256)
def _taps_beside(grid, n_filters, dtype):
    """Return how many taps of a row to put beside each other so that vectors are fewest."""
    lanes = lanes_of(dtype)
    if grid.stride_w > 1 or grid.dilation_w > 1 or grid.out_w <= SHORT or n_filters > lanes:
        return 1

    def vectors(beside):
        steps = len(first_taps(grid.kernel_w, beside))
        return steps * (grid.out_w + beside - 1) * -(-beside * n_filters // lanes)

    best = min(range(1, min(grid.kernel_w, 2 * lanes // n_filters) + 1), key=vectors)
    return best if vectors(best) < WORTHWHILE * vectors(1) else 1


@lru_cache(maxsize=256)
def _places(n_filters, n_rows, kernel_w, beside):
    """Return where every tap of ``n_rows`` rows is in sums (lanes, first taps); see ``_sums``."""
    first = first_taps(kernel_w, beside)
    lane, row, start = np.ogrid[: beside * n_filters, :n_rows, : len(first)]
    places = np.empty((n_filters, n_rows, kernel_w), dtype=np.intp)
    numbers = ((lane * n_rows + row) * len(first) + start).reshape(beside, *places.shape[:2], -1)
    for k in range(beside):  # the last tap comes first
        places[:, :, [tap + beside - 1 - k for tap in first]] = numbers[k]
    return places.reshape(n_filters, -1)


def _blocks_of_filters(g, most):
    """Return blocks of at most ``most`` filters: their group's first channel, and their slice."""
    return [
        (channels.start, slice(first, min(first + most, filters.stop)))
        for channels, filters in g.group_slices
        for first in range(filters.start, filters.stop, most)
    ]


def _parts_beside(blocks, n_images, work):
    """Split the batch so that there are some parts for each thread, as blocks are parts, too."""
    if get_num_threads() == 1 or work < SPLIT_ABOVE:
        return [(0, n_images)]
    return parts_of(n_images, -(-PARTS * get_num_threads() // len(blocks)))
