"""Sizes of an image cut into planes, and where each filter tap lies in them.

``minidl/kernels/planes.pxd`` tells the idea and moves the numbers; this is the plan that it
follows.  A plan depends on integers alone, so it is made once and remembered.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from minidl import kernels

ROWS, BLOCK = kernels.conv.tile_sizes()
RAMP = np.arange(ROWS, dtype=np.intp)
SCRATCH = 1 << 20  # bytes that one scratch array may take: a second-level cache


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """The plan for one geometry, number of channels, number of filters and precision."""

    sizes: np.ndarray  # what the kernels unpack into their struct Planes
    offsets: np.ndarray  # of every tap
    n_taps: int
    band: int  # output rows whose input fits the scratch memory
    cells: int  # numbers in the scratch for the planes
    columns: int  # of a forward pass over one band, in whole vectors
    pitch: int  # from row to row of dout, in an input gradient
    aligned: bool  # whether all taps, and rows of windows, begin and end with whole vectors
    flat_columns: int  # of an input gradient over one band, in whole vectors


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """The plan for images that are copied with their padding, several at a time if small."""

    sizes: np.ndarray  # what the kernels unpack into their struct Planes
    row_step: int  # image rows from one output row to the next
    fold: int  # images at a time
    taps: np.ndarray  # offset of every tap
    cells: np.ndarray  # offset of every window of all images that lie in the canvas
    canvas: int  # numbers in the canvas


@lru_cache(maxsize=256)
def planes_of(grid, channels, filters, dtype):
    """Return the plan for images of ``channels`` channels that meet ``filters`` filters."""
    lanes = lanes_of(dtype)
    phases_h = min(grid.stride_h, grid.extent_h)
    phases_w = min(grid.stride_w, grid.extent_w)
    more_rows = (grid.extent_h - 1) // grid.stride_h  # rows of a plane beyond those of the band
    plane_w = grid.out_w + (grid.extent_w - 1) // grid.stride_w

    numbers = SCRATCH // dtype.itemsize
    per_row = channels * phases_h * phases_w * plane_w
    band = _band(grid, min(numbers // per_row - more_rows, numbers // (filters * plane_w)))
    plane_h = band + more_rows

    # Rows of dout as far apart as those of the planes cost products for nothing, and save adding up
    # short rows one by one, which takes about as long as 8 products of two vectors.
    more = filters * (plane_w - grid.out_w) / (2 * lanes)
    pitch = plane_w if more < (8 if grid.out_w % lanes else 2) else grid.out_w

    row_step, row_phase, column_step, column_phase = _taps(grid, grid.stride_h, grid.stride_w)
    plane = (np.arange(channels)[:, None, None] * phases_h + row_phase) * phases_w + column_phase
    offsets = ((plane * plane_h + row_step) * plane_w + column_step).ravel().astype(np.intp)
    sizes = [
        *(grid.stride_h, grid.stride_w, grid.pad_top, grid.pad_left),
        *(phases_h, phases_w, plane_h, plane_w, band),
    ]
    return Planes(
        sizes=np.array(sizes, dtype=np.intp),
        offsets=offsets,
        n_taps=offsets.size,
        band=band,
        cells=per_row * plane_h + 2 * lanes,  # a tile may read past the last row
        columns=whole((band - 1) * plane_w + grid.out_w, lanes),
        pitch=pitch,
        aligned=not (grid.out_w % lanes or plane_w % lanes or (offsets % lanes).any()),
        flat_columns=whole((band - 1) * pitch + grid.out_w, lanes),
    )


@lru_cache(maxsize=256)
def canvas_of(grid, channels, lanes, dtype, beside=1):
    """Return the plan for images of ``channels`` channels that meet ``lanes`` lanes of filters.

    If lanes hold ``beside`` taps of a row, side by side, then taps are the first ones of so many,
    and windows go on until the last of these has met the last column.
    """
    width = (grid.out_w - 1) * grid.stride_w + grid.extent_w
    numbers = SCRATCH // dtype.itemsize
    band = numbers // 2 // (channels * width) - (grid.extent_h - 1)
    band = _band(grid, min(band // grid.stride_h, numbers // 4 // (lanes * grid.out_w)))
    height = (band - 1) * grid.stride_h + grid.extent_h
    image = channels * height * width
    fold = 1
    if band == grid.out_h:
        fold = max(1, min(BLOCK // (band * grid.out_w), numbers // 2 // image))

    row, _, column, _ = _taps(grid, 1, 1)
    column = column[:, first_taps(grid.kernel_w, beside)]
    taps = (np.arange(channels)[:, None, None] * height + row) * width + column
    n, i, j = np.ogrid[:fold, :band, : grid.out_w + beside - 1]
    cells = n * image + i * (grid.stride_h * width) + j * grid.stride_w
    sizes = [1, 1, grid.pad_top, grid.pad_left, 1, 1, height, width, band]
    return Canvas(
        sizes=np.array(sizes, dtype=np.intp),
        row_step=grid.stride_h,
        fold=fold,
        taps=taps.ravel().astype(np.intp),
        cells=cells.ravel().astype(np.intp),
        canvas=fold * image,
    )


def first_taps(n_taps, beside):
    """Return where steps of ``beside`` taps begin; the last one overlaps the one before."""
    return [min(first, n_taps - beside) for first in range(0, n_taps, beside)]


@lru_cache
def lanes_of(dtype):
    """How many numbers one vector holds."""
    return kernels.conv.lanes(np.zeros(1, dtype))


@lru_cache
def multiples(step, n):
    """Return 0, step, 2 * step, ..., n of them: where things of one size lie."""
    return np.arange(n, dtype=np.intp) * step


def whole(number, of):
    """Round ``number`` up to a multiple of ``of``."""
    return -(-number // of) * of


def _band(grid, most):
    """Return how many output rows make a band of at most ``most``, bands as equal as can be."""
    n_bands = -(-grid.out_h // min(max(most, 1), grid.out_h))
    return -(-grid.out_h // n_bands)


def _taps(grid, stride_h, stride_w):
    """Rows and columns of the taps of a window, divided into steps of a stride and the rest."""
    u, v = np.ogrid[: grid.kernel_h, : grid.kernel_w]
    return *np.divmod(u * grid.dilation_h, stride_h), *np.divmod(v * grid.dilation_w, stride_w)
