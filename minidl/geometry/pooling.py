"""The checks of a pooling layer: what it calls first, in both of its twins."""

import math
from dataclasses import dataclass, replace

import numpy as np

from minidl.geometry.arrays import (
    OF_OUTPUT,
    flag,
    float_arrays,
    integer,
    require_axes,
    require_room,
    require_shape,
    required,
    unpack,
)
from minidl.geometry.parameters import known_keys, require_dict
from minidl.geometry.remembered import remembered
from minidl.geometry.windows import WindowGrid, window_grid


@dataclass(slots=True)  # not frozen, as ConvGeometry
class PoolGeometry:
    """A pooling layer's checked arguments, in one dtype, and the grid of its windows."""

    x: np.ndarray | None
    dout: np.ndarray | None
    dtype: np.dtype
    grid: WindowGrid
    out_shape: tuple  # (N, C, H', W')
    count_include_pad: bool  # of average pooling

    @property
    def sizes(self):
        """The same without arrays: what may be kept."""
        return replace(self, x=None, dout=None)


def max_pool_geometry(op, x, pool_param, dout=None):
    """Check the arguments of max pooling, forward or backward.

    Parameters
    ----------
    op : str
        The operation to name in an error: "max_pool_forward".
    x : array_like of shape (N, C, H, W)
    pool_param : dict
        ``'pool_height'``, ``'pool_width'`` and ``'stride'``, which are required; ``'pad'``
        (default 0) and ``'dilation'`` (default 1), each as :func:`window_grid` takes them, and
        ``'ceil_mode'`` (default False): whether a last window that starts inside the image may
        end outside.  Every window must hold at least one cell of the image.
        Or ``{'global_pool': True}``: one window, as large as the image.
    dout : array_like of shape (N, C, H', W'), optional

    Returns
    -------
    PoolGeometry

    Raises
    ------
    ValueError, TypeError
        If an argument breaks the contract; the message has the numbers.
    """
    return _pool_geometry(_max_pool_sizes, op, x, pool_param, dout)


def max_pool_backward_geometry(op, dout, cache):
    """Check the arguments of max pooling's backward pass: ``dout`` and a forward's cache."""
    x, pool_param = unpack(op, cache, "x, pool_param")
    return max_pool_geometry(op, x, pool_param, required(op, dout))


def avg_pool_geometry(op, x, pool_param, dout=None):
    """Check the arguments of average pooling, as :func:`max_pool_geometry` does for max pooling.

    There is no ``'dilation'``, but ``'count_include_pad'`` (default True): whether the
    average divides by the cells of the padding, too.
    """
    return _pool_geometry(_avg_pool_sizes, op, x, pool_param, dout)


def avg_pool_backward_geometry(op, dout, cache):
    """Check the arguments of average pooling's backward pass: ``dout`` and a forward's cache."""
    x, pool_param = unpack(op, cache, "x, pool_param")
    return avg_pool_geometry(op, x, pool_param, required(op, dout))


def _pool_geometry(check, op, x, pool_param, dout):
    require_dict(op, "pool_param", pool_param)
    dtype, (x, dout) = float_arrays(op, ("dout",), x=x, dout=dout)
    return PoolGeometry(x, dout, dtype, *remembered(check, op, pool_param, x, dout))


def _max_pool_sizes(op, param, x, dout):
    return _pool_sizes(op, param, x, dout, "dilation")


def _avg_pool_sizes(op, param, x, dout):
    return _pool_sizes(op, param, x, dout, "count_include_pad")


def _pool_sizes(op, param, x, dout, own_key):
    """Return what follows from shape and parameters: grid, shape of the output, what counts."""
    sizes = ("pool_height", "pool_width")
    everything = flag(op, "global_pool", param.get("global_pool", False))
    if everything:
        others = [key for key in param if key != "global_pool"]
        if others:
            raise ValueError(
                f"{op}: pool_param with 'global_pool' has the whole image for a window; "
                f"leave out {', '.join(map(repr, others))}"
            )
    else:
        optional = ("pad", "ceil_mode", own_key, "global_pool")
        known_keys(op, "pool_param", param, (*sizes, "stride"), optional)
    require_axes(op, "x", x, "(N, C, H, W)")
    window = x.shape[2:] if everything else tuple(integer(op, key, param[key], 1) for key in sizes)
    grid = window_grid(
        op,
        x.shape[2:],
        window,
        param.get("stride", 1),
        param.get("pad", 0),
        param.get("dilation", 1),
        flag(op, "ceil_mode", param.get("ceil_mode", False)),
    )
    _require_a_cell_in_every_window(op, grid)
    include = flag(op, "count_include_pad", param.get("count_include_pad", True))
    out_shape = *x.shape[:2], grid.out_h, grid.out_w
    require_room(op, "out", out_shape)
    if dout is not None:
        require_shape(op, "dout", dout, out_shape, OF_OUTPUT)
    return grid, out_shape, include


def _require_a_cell_in_every_window(op, grid):
    """Refuse windows that hold padding alone: nobody would win there, and nobody receive."""
    rows = grid.image_h, grid.out_h, grid.extent_h, grid.stride_h, grid.dilation_h, grid.pad_top
    columns = grid.image_w, grid.out_w, grid.extent_w, grid.stride_w, grid.dilation_w, grid.pad_left
    for name, (size, n_windows, extent, stride, dilation, before) in [
        ("height", rows),
        ("width", columns),
    ]:
        if before >= extent or (n_windows - 1) * stride - before >= size:
            after = (grid.pad_bottom, grid.pad_right)[name == "width"]
            raise ValueError(
                f"{op}: pad {before} and {after} must be smaller than "
                f"the window {name} {extent}, or a window would hold padding alone "
                f"(input {size}, stride {stride})"
            )
        if dilation > size:  # a window's taps may stand on either side of the image
            # Where a window starts, counted in steps of the dilation, comes round again; and of
            # size + 1 different places, one lies beyond the image.
            starting_outside = -(-before // stride)
            n_places = min(starting_outside, dilation // math.gcd(dilation, stride), size + 1)
            firsts = (np.arange(n_places, dtype=np.intp) * stride - before) % dilation
            missing = np.flatnonzero(firsts >= size)
            if missing.size:
                raise ValueError(
                    f"{op}: the taps of window {missing[0]}, {dilation} apart, miss the image, "
                    f"whose {name} is {size}; make pad {before} or the dilation smaller"
                )
