"""The gradient of a convolution's input is a convolution: of ``dout``, with filters rotated."""

import numpy as np

from minidl.geometry import all_finite
from minidl.trace.steps import Pass
from minidl.trace.terms import grouped, kept, product, steps

_ZERO_TIMES = (
    " But not to the letter here: 0 times nan or infinity is nan, and the layer multiplies none of "
    "these zeros."
)


def rotated(w, groups):
    """Return filters as the gradient of the input needs them.

    Each is turned by 180 degrees, and channels and filters change places, group by group.

    Parameters
    ----------
    w : ndarray of shape (F, C / groups, HH, WW)

    Returns
    -------
    ndarray of shape (C, F / groups, HH, WW)
    """
    n_filters, n_channels, height, width = w.shape
    turned = w[:, :, ::-1, ::-1].reshape(groups, n_filters // groups, n_channels, height, width)
    return turned.swapaxes(1, 2).reshape(groups * n_channels, n_filters // groups, height, width)


def spread(dout, stride):
    """Return ``dout`` with ``stride - 1`` zeros between neighbours: what moves by 1 again."""
    n_images, n_filters, height, width = dout.shape
    down, across = stride
    sizes = (height - 1) * down + 1, (width - 1) * across + 1
    wide = np.zeros((n_images, n_filters, *sizes), dtype=dout.dtype)
    wide[:, :, ::down, ::across] = dout
    return wide


def full_convolution(g, arrays, hint=""):
    """Return the pass that makes ``dx`` a second time; add to ``arrays`` what it needs.

    Row y of x was reached through tap u by the window that starts ``u * dilation`` rows above
    it.  So the window of ``dout`` ends where x's row lies, and runs through the taps backwards.

    Parameters
    ----------
    g : ConvGeometry
    arrays : dict of str to ndarray
        With ``w``, ``dout`` and ``dx``.
    hint : str
        The end of what the pass says.
    """
    grid, groups = g.grid, g.groups
    stride = grid.stride_h, grid.stride_w
    arrays |= kept(w_rotated=rotated(arrays["w"], groups))
    source, wide = "dout", spread(arrays["dout"], stride)
    if wide.shape != arrays["dout"].shape:
        source = "dout_spread"
        arrays |= kept(dout_spread=wide)
    before = grid.extent_h - 1 - grid.pad_top, grid.extent_w - 1 - grid.pad_left
    channels_of_group, filters_of_group = g.w_shape[1], g.w_shape[0] // groups

    def met():
        for n, c, y, x in np.ndindex(arrays["dx"].shape):
            first = c // channels_of_group * filters_of_group
            for f, u, v in np.ndindex(arrays["w_rotated"].shape[1:]):
                row, column = y + u * grid.dilation_h, x + v * grid.dilation_w
                above = n, first + f, row - before[0], column - before[1]
                yield (n, c, y, x), product(arrays, (source, above), ("w_rotated", (c, f, u, v)))

    made = steps(arrays["dx"], grouped(met()))
    gets = []
    if any(term.factors[0].padding for step in made for term in step.terms):
        gets.append("padding around it")
    if source != "dout":
        gets.append("zeros between its cells, as many as the stride left out")
    says = (
        "The same dx, seen the other way round: the filter, turned by 180 degrees, slides over dout"
        + (f", which gets {', and '.join(gets)}" if gets else "")
        + ". The gradient of a convolution is a convolution."
        + (_ZERO_TIMES if gets and not all_finite(arrays["w"]) else "")
        + hint
    )
    title = "Input gradient, by the rotated filter"
    return Pass("rotated-filter", title, says, "dx", "sum", made)
