"""Small images convolved side by side: pixel by pixel they take turns, as many as a vector holds.

In memory a pixel of the first image is followed by the same pixel of the second, and so on.  That
is one image whose rows are that many times as long, and a convolution with that many times the
dilation along them: the same kernels convolve it, and no lane of a vector is left empty however
narrow the images are.
"""

import math

from minidl import kernels
from minidl.fast_layers.planes import SCRATCH, lanes_of
from minidl.fast_layers.products import as_rows
from minidl.geometry import window_grid
from minidl.scratch import scratch
from minidl.threads import for_each

WORTHWHILE = 100  # products for each number that is moved, by measurement


def pays(g, n_lanes, n_terms):
    """Whether to go this way: rows are short, images small and enough, and each cell costs much.

    ``n_lanes`` is how many filters the other way would have for its lanes, and ``n_terms`` how many
    products a cell of the result sums up: few do not pay for laying images out twice.
    """
    grid, lanes = g.grid, lanes_of(g.dtype)
    padded = g.x_shape[1] * grid.padded_h * grid.padded_w
    numbers = max(padded, math.prod(g.out_shape[1:])) * lanes
    return (
        grid.stride_w == 1
        and grid.out_w < 1.5 * lanes
        and g.x_shape[0] >= lanes
        and n_lanes <= lanes
        and n_terms >= WORTHWHILE
        and numbers * g.dtype.itemsize <= SCRATCH
    )


def grid_of(g):
    """Return the windows of a convolution of as many images as a vector has lanes."""
    grid, lanes = g.grid, lanes_of(g.dtype)
    return window_grid(
        "convolution",
        (grid.image_h, grid.image_w * lanes),
        (grid.kernel_h, grid.kernel_w),
        (grid.stride_h, 1),
        ((grid.pad_top, grid.pad_bottom), (grid.pad_left * lanes, grid.pad_right * lanes)),
        (grid.dilation_h, grid.dilation_w * lanes),
    )


def in_turns(g, convolve):
    """Return a function like ``convolve(images, results, packed)`` for images side by side.

    It calls that on vectors of images, and lays their results out again.
    """
    lanes, work = lanes_of(g.dtype), g.multiply_adds

    def run_block(k, images, out, packed):
        images, out = images[k * lanes : (k + 1) * lanes], out[k * lanes : (k + 1) * lanes]
        together = _scratch("images side by side", images, lanes)
        if len(images) < lanes:
            together[...] = 0
        kernels.conv.turn(as_rows(images), _lanes(together, lanes)[:, : len(images)])
        done = _scratch("results side by side", out, lanes)
        convolve(together, done, packed)
        kernels.conv.turn(_lanes(done, lanes)[:, : len(images)], as_rows(out))

    def run(images, results, packed):
        n_blocks = -(-len(images) // lanes)
        for_each(lambda k: run_block(k, images, results, packed), n_blocks, work)

    return run


def _scratch(name, images, lanes):
    _, channels, height, width = images.shape
    return scratch(name, (1, channels, height, width * lanes), images.dtype)


def _lanes(together, lanes):
    return together.reshape(-1, lanes)
