"""Max and average pooling, cell by cell: who wins a window, and where the gradient goes."""

import math

import numpy as np

from minidl.geometry import avg_pool_geometry, max_pool_geometry
from minidl.layers import (
    avg_pool_backward_naive,
    avg_pool_forward_naive,
    max_pool_backward_naive,
    max_pool_forward_naive,
)
from minidl.trace.conv import ONES
from minidl.trace.steps import Pass, Trace
from minidl.trace.terms import grouped, images, kept, product, require_few, steps, unreached


def max_pool(x, pool_param, dout=None):
    """Tell max pooling and its gradient step by step.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        A matrix is one image of one channel, three axes are one image.
    pool_param : dict
        As :func:`minidl.layers.max_pool_forward_naive` takes it; where it does not say, windows
        lie side by side.
    dout : array_like of shape (N, C, H', W'), optional
        Gradient of the loss with respect to the output; ones by default.

    Returns
    -------
    Trace
        With the passes "forward" and "input-gradient".

    Raises
    ------
    ValueError, TypeError
        If the layer refuses an argument, or the story would be too long to read.
    """
    told = _Pooling("trace.max_pool", max_pool_geometry, x, pool_param, dout)
    arrays = told.run(max_pool_forward_naive, max_pool_backward_naive)
    winners = {o: _winner(arrays["x"], *where) for o, where in told.windows.items()}
    seen = grouped(
        (o, product(arrays, ("x", x), counts=x == winners[o]))
        for o in told.windows
        for x in told.cells(o)
    )
    back = grouped(
        (x, product(arrays, ("dout", o), counts=x == winners[o]))
        for o in told.windows
        for x in told.cells(o)
    )
    passes = (
        told.forward(
            arrays,
            "max",
            "A window slides over x, and only the largest number of it is kept; of equal ones, the "
            "first, row by row.",
            seen,
        ),
        told.backward(
            arrays,
            "sum",
            "Only the winner of a window changed the output, so all of the output's gradient goes "
            "to it, and none to the others. A cell that won several windows receives the sum.",
            back,
            _won,
        ),
    )
    return told.trace("max-pool", "Max pooling", arrays, passes)


def avg_pool(x, pool_param, dout=None):
    """Tell average pooling and its gradient step by step.

    Arguments, result and errors are those of :func:`max_pool`, and ``pool_param`` is that of
    :func:`minidl.layers.avg_pool_forward_naive`.
    """
    told = _Pooling("trace.avg_pool", avg_pool_geometry, x, pool_param, dout)
    arrays = told.run(avg_pool_forward_naive, avg_pool_backward_naive)
    include = told.g.count_include_pad
    heights, widths = (told.g.grid.counted(axis, include) for axis in range(2))
    sizes = np.broadcast_to(np.outer(heights, widths), arrays["out"].shape)
    seen = grouped(
        (o, product(arrays, ("x", x))) for o in told.windows for x in told.cells(o, include)
    )
    one_size = sizes.min() == sizes.max()
    if not one_size:
        arrays |= kept(share=1 / sizes.astype(arrays["out"].dtype))
    shares = () if one_size else ("share",)
    back = grouped(
        (x, product(arrays, ("dout", o), *((share, o) for share in shares)))
        for o in told.windows
        for x in told.cells(o)
    )
    passes = (
        told.forward(
            arrays,
            "mean",
            "A window slides over x, and its numbers are averaged: added up, and divided by how "
            "many they are" + _about_padding(told.g),
            seen,
            divisor=lambda o, _: sizes[o],
        ),
        told.backward(
            arrays,
            "mean" if one_size else "sum",
            "Every cell of a window had the same share in its average, so each receives the same "
            "share of the output's gradient"
            + (
                f": one part in {sizes.flat[0]}."
                if one_size
                else ". Not all windows count equally many cells: share has it for each output."
            ),
            back,
            unreached,
            divisor=(lambda *_: sizes.flat[0]) if one_size else None,
        ),
    )
    return told.trace("avg-pool", "Average pooling", arrays, passes)


class _Pooling:
    """What both kinds of pooling share: checked arguments, and the cells of every window."""

    def __init__(self, op, geometry, x, pool_param, dout):
        self.param = pool_param
        sides = "pool_height", "pool_width"
        if isinstance(pool_param, dict) and pool_param.keys() >= set(sides):
            self.param = {"stride": tuple(pool_param[side] for side in sides), **pool_param}
        self.given = dout is not None
        dout = images(op, "dout", dout) if self.given else None
        self.g = geometry(op, images(op, "x", x), self.param, dout)
        grid, n_cells = self.g.grid, math.prod(self.g.out_shape)
        terms = 2 * n_cells * grid.kernel_h * grid.kernel_w
        require_few(op, terms, grid, x=self.g.x.shape, out=self.g.out_shape)
        rows, columns = grid.spans(0), grid.spans(1)
        self.windows = {
            (n, c, i, j): ((n, c), slice(*rows[i].tolist()), slice(*columns[j].tolist()))
            for n, c, i, j in np.ndindex(self.g.out_shape)
        }

    def run(self, forward, backward):
        """Return the arrays that the layer takes and makes."""
        with np.errstate(all="ignore"):  # infinities and NaN are part of the story
            out, cache = forward(self.g.x, self.param)
            dout = self.g.dout if self.given else np.ones_like(out)
            return kept(x=self.g.x, out=out, dout=dout, dx=backward(dout, cache))

    def cells(self, o, padding=False):
        """Yield the places in x that window ``o`` lies on, in row-major order."""
        grid, (_, rows, columns) = self.g.grid, self.windows[o]
        if padding:  # what an average counts beside the image; it knows no dilation
            top, left = o[2] * grid.stride_h, o[3] * grid.stride_w
            rows = slice(top, min(top + grid.kernel_h, grid.padded_h))
            columns = slice(left, min(left + grid.kernel_w, grid.padded_w))
        up, before = (grid.pad_top, grid.pad_left) if padding else (0, 0)
        for row in range(rows.start, rows.stop, rows.step or 1):
            for column in range(columns.start, columns.stop, columns.step or 1):
                yield (*o[:2], row - up, column - before)

    def forward(self, arrays, combines, says, terms, divisor=None):
        """Return the pass whose cells are those of ``out``."""
        made = steps(arrays["out"], terms, divisor=divisor)
        return Pass("forward", "Forward", says, "out", combines, made)

    def backward(self, arrays, combines, says, terms, sentence, divisor=None):
        """Return the pass whose cells are those of ``dx``."""
        made = steps(arrays["dx"], terms, sentence, divisor)
        says += "" if self.given else " " + ONES
        return Pass("input-gradient", "Input gradient", says, "dx", combines, made)

    def trace(self, kind, title, arrays, passes):
        """Return the whole story."""
        grid = self.g.grid
        param = {"pool_height": grid.kernel_h, "pool_width": grid.kernel_w, **grid.param}
        param["ceil_mode"] = bool(self.param.get("ceil_mode", False))
        if kind == "avg-pool":
            del param["dilation"]
            param["count_include_pad"] = self.g.count_include_pad
        title += (
            f": {grid.image_h} x {grid.image_w} image, {grid.kernel_h} x {grid.kernel_w} window"
        )
        return Trace(kind, title, param, arrays, passes)


def _winner(x, plane, rows, columns):
    """Ask the layer itself which cell of a window wins: the one that the gradient goes to."""
    window = x[plane][rows, columns][None, None]
    one = np.ones((1, 1, 1, 1), dtype=x.dtype)
    dwindow = max_pool_backward_naive(one, (window, {"global_pool": True}))[0, 0]
    ((u, v),) = np.argwhere(dwindow)
    return (*plane, rows.start + int(u) * rows.step, columns.start + int(v) * columns.step)


def _won(index, terms):
    """Say how many windows a cell has won."""
    if not terms:
        return unreached(index, terms)
    won = sum(term.counts for term in terms)
    windows = "the only window" if len(terms) == 1 else f"{won} of {len(terms)} windows"
    return f"won {windows} on it" if won else "won no window, so nothing comes back"


def _about_padding(g):
    grid = g.grid
    if (grid.padded_h, grid.padded_w) == (grid.image_h, grid.image_w):
        return "."
    if g.count_include_pad:
        return ", the zeros of the padding among them."
    return "; the padding does not count."
