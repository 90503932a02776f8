"""A convolution and its gradients, cell by cell: the geometry gives the terms, the layer the sums.

Every pass but one is a list of the same meetings, of a cell of x and a tap of w for a cell of out,
sorted by another of the three.  That is all that backpropagation through a convolution is.
"""

import numpy as np

from minidl.geometry import conv_geometry
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.trace.rotated import full_convolution
from minidl.trace.steps import Pass, Trace
from minidl.trace.terms import grouped, images, kept, product, require_few, steps, unreached

OP = "trace.convolution"
ONES = "No dout was given: it is 1 everywhere, as if the loss were the sum of out."


def convolution(x, w, b=None, conv_param=None, dout=None):
    """Tell a convolution and its gradients step by step.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        A matrix is one image of one channel, three axes are one image.
    w : array_like of shape (F, C / groups, HH, WW)
        A matrix is one filter of one channel, three axes are one filter.
    b : array_like of shape (F,), optional
    conv_param : dict, optional
        As :func:`minidl.layers.conv_forward_naive` takes it; stride 1 and pad 0 where it does not
        say.
    dout : array_like of shape (N, F, H', W'), optional
        Gradient of the loss with respect to the output; ones by default.

    Returns
    -------
    Trace
        With the passes "forward", "filter-gradient", "input-gradient", "rotated-filter" (the
        input gradient once more, as a convolution) and, if there is a bias, "bias-gradient".

    Raises
    ------
    ValueError, TypeError
        If the layer refuses an argument, or the story would be too long to read.

    Examples
    --------
    >>> from minidl import trace
    >>> print(trace.convolution([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[3, 2], [1, 5]]))
    """
    param = {"stride": 1, "pad": 0} if conv_param is None else conv_param
    if isinstance(param, dict):
        param = {"stride": 1, "pad": 0, **param}
    given = dout is not None
    x, w = images(OP, "x", x), images(OP, "w", w)
    g = conv_geometry(OP, x, w, b, param, images(OP, "dout", dout) if given else None)
    dx_terms = g.x.size * len(g.w) // g.groups * g.w[0, 0].size  # of the rotated filter
    n_terms = 3 * g.multiply_adds + dx_terms
    require_few(OP, n_terms, g.grid, x=g.x.shape, w=g.w.shape, out=g.out_shape)

    with np.errstate(all="ignore"):  # infinities and NaN are part of the story
        out, cache = conv_forward_naive(g.x, g.w, g.b, param)
        upstream = g.dout if given else np.ones_like(out)
        dx, dw, db = conv_backward_naive(upstream, cache)
    arrays = kept(x=g.x, w=g.w, b=g.b, out=out, dout=upstream, dw=dw, dx=dx, db=db)
    hint = "" if given else " " + ONES
    passes = [
        forward(g, arrays),
        filter_gradient(g, arrays, hint),
        input_gradient(g, arrays, hint),
        full_convolution(g, arrays, hint),
    ]
    if db is not None:
        passes.append(_bias_gradient(g, arrays, hint))
    title = f"Convolution: {_size('image', g.x)}, {_size('filter', g.w)}"
    return Trace("convolution", title, g.conv_param, arrays, tuple(passes))


def meetings(g):
    """Yield (place in out, place in x, place in w) for every product of a convolution.

    The place in x is outside of it where a window reaches into the padding.
    """
    grid = g.grid
    for channels, filters in g.group_slices:
        for n in range(len(g.x)):
            for f in range(filters.start, filters.stop):
                for i, j in np.ndindex(grid.out_h, grid.out_w):
                    rows, columns = grid.cells(i, j)
                    for c, u, v in np.ndindex(g.w_shape[1:]):
                        row = rows.start + u * rows.step - grid.pad_top
                        column = columns.start + v * columns.step - grid.pad_left
                        yield (n, f, i, j), (n, channels.start + c, row, column), (f, c, u, v)


def forward(g, arrays):
    """Return the pass whose cells are windows of x times a filter."""
    terms = grouped((o, product(arrays, ("x", x), ("w", tap))) for o, x, tap in meetings(g))
    if g.b is not None:
        for o in np.ndindex(g.out_shape):
            terms[o].append(product(arrays, ("b", o[1:2])))
    says = (
        "The filter w lies on a window of x. Every number of the window is multiplied by the "
        "number of w on top of it, and the products are added up"
        + (", and the bias b with them" if g.b is not None else "")
        + ": that is one cell of out."
        + _about(g)
    )
    return Pass("forward", "Forward", says, "out", "sum", steps(arrays["out"], terms))


def filter_gradient(g, arrays, hint=""):
    """Return the pass whose cells are the taps of the filters."""
    terms = grouped((tap, product(arrays, ("x", x), ("dout", o))) for o, x, tap in meetings(g))
    says = (
        "A number of w was multiplied by one cell of x for every output of its filter. Its "
        "gradient adds up these cells of x, each times the gradient dout of the output that it "
        "went into." + hint
    )
    made = steps(arrays["dw"], terms)
    return Pass("filter-gradient", "Filter gradient", says, "dw", "sum", made)


def input_gradient(g, arrays, hint=""):
    """Return the pass whose cells are those of the input."""
    inside = arrays["x"].shape[2:]
    terms = grouped(
        (x, product(arrays, ("dout", o), ("w", tap)))
        for o, x, tap in meetings(g)
        if 0 <= x[2] < inside[0] and 0 <= x[3] < inside[1]
    )
    says = (
        "A cell of x went into every output whose window lay on it, times the number of w that "
        "was on top of it. Its gradient adds up those numbers of w, each times the gradient dout "
        "of the output that it led to." + hint
    )
    made = steps(arrays["dx"], terms, unreached)
    return Pass("input-gradient", "Input gradient", says, "dx", "sum", made)


def _bias_gradient(g, arrays, hint):
    terms = grouped(((o[1],), product(arrays, ("dout", o))) for o in np.ndindex(g.out_shape))
    says = (
        "The bias was added to every output of its filter, once. So its gradient is the sum of "
        "their gradients." + hint
    )
    made = steps(arrays["db"], terms)
    return Pass("bias-gradient", "Bias gradient", says, "db", "sum", made)


def _about(g):
    """Return sentences on what this geometry has beyond the simplest one."""
    grid, said = g.grid, []
    if (grid.out_h, grid.out_w) != (1, 1):
        said.append("Then the filter moves on.")
        if (grid.stride_h, grid.stride_w) != (1, 1):
            said.append(f"It moves {_steps(grid.stride_h, grid.stride_w)} at a time: the stride.")
    if (grid.padded_h, grid.padded_w) != (grid.image_h, grid.image_w):
        said.append("Around x lies padding, which counts as 0.")
    if (grid.dilation_h, grid.dilation_w) != (1, 1):
        apart = _steps(grid.dilation_h, grid.dilation_w)
        said.append(f"The cells of a window are {apart} apart: the dilation.")
    if g.w_shape[1] > 1:
        said.append("A window spans all channels of its filter; all products go into one sum.")
    if g.groups > 1:
        said.append(f"The channels form {g.groups} groups, and a filter sees its own alone.")
    if max(g.out_shape[:2]) > 1:
        said.append("out[n,f,i,j] is row i, column j of what filter f makes of image n.")
    return "".join(" " + sentence for sentence in said)


def _steps(down, across):
    """Return two numbers of cells in words: one if they are equal."""
    if down == across:
        return f"{down} cells"
    rows, columns = "row" if down == 1 else "rows", "column" if across == 1 else "columns"
    return f"{down} {rows} or {across} {columns}"


def _size(noun, array):
    """Return the size of images or filters in words, with their channels if there are several."""
    many, channels, height, width = array.shape
    size = f"{height} x {width}"
    if many > 1 or channels > 1:
        plural = "channels" if channels > 1 else "channel"
        return f"{many} {noun}{'s' * (many > 1)} of {channels} {plural}, {size} each"
    return f"{size} {noun}"
