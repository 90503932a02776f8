"""Sizes of an image cut into planes, and where each filter tap lies in them.

``minidl/kernels/planes.pxd`` tells the idea and moves the numbers; this is the plan that it
follows.  A plan depends on integers alone, so it is made once and remembered.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from minidl import kernels

ROWS, FILTERS, TAPS, BLOCK = kernels.conv.tile_sizes()
SCRATCH = 1 << 20  # bytes that one scratch array may take: a second-level cache


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """The plan for one geometry, number of channels, number of filters and precision."""

    sizes: np.ndarray  # what the kernels unpack into their struct Planes
    offsets: np.ndarray  # of every tap, and of the last one again up to a whole dot tile
    n_taps: int
    band: int  # output rows whose input fits the scratch memory
    lanes: int  # numbers in a vector
    cells: int  # numbers in the scratch for the planes
    columns: int  # of a forward pass over one band, in whole tiles
    flat_columns: int  # of an input gradient over one band, in whole tiles


@lru_cache(maxsize=256)
def planes_of(grid, channels, filters, dtype):
    """Return the plan for images of ``channels`` channels that meet ``filters`` filters."""
    lanes = kernels.conv.lanes(np.zeros(1, dtype))
    phases_h = min(grid.stride_h, grid.extent_h)
    phases_w = min(grid.stride_w, grid.extent_w)
    more_rows = (grid.extent_h - 1) // grid.stride_h  # rows of a plane beyond those of the band
    plane_w = grid.out_w + (grid.extent_w - 1) // grid.stride_w

    numbers = SCRATCH // dtype.itemsize
    per_row = channels * phases_h * phases_w * plane_w
    band = min(numbers // per_row - more_rows, numbers // (filters * grid.out_w), grid.out_h)
    n_bands = -(-grid.out_h // max(band, 1))
    band = -(-grid.out_h // n_bands)  # as equal as can be
    plane_h = band + more_rows

    c, u, v = np.ogrid[:channels, : grid.kernel_h, : grid.kernel_w]
    row_step, row_phase = np.divmod(u * grid.dilation_h, grid.stride_h)
    column_step, column_phase = np.divmod(v * grid.dilation_w, grid.stride_w)
    plane = (c * phases_h + row_phase) * phases_w + column_phase
    offsets = ((plane * plane_h + row_step) * plane_w + column_step).ravel().astype(np.intp)
    sizes = [
        *(grid.stride_h, grid.stride_w, grid.pad_top, grid.pad_left),
        *(phases_h, phases_w, plane_h, plane_w, band),
    ]
    return Planes(
        sizes=np.array(sizes, dtype=np.intp),
        offsets=np.pad(offsets, (0, -offsets.size % TAPS), mode="edge"),
        n_taps=offsets.size,
        band=band,
        lanes=lanes,
        cells=per_row * plane_h + 2 * lanes,  # a tile may read past the last row
        columns=whole((band - 1) * plane_w + grid.out_w, 2 * lanes),
        flat_columns=whole(band * grid.out_w, 2 * lanes),
    )


def whole(number, of):
    """Round ``number`` up to a multiple of ``of``."""
    return -(-number // of) * of
