"""The passes of a convolution, planned for sizes that were checked: which way is quickest.

A plan is a function of arrays, C-contiguous and of these sizes, with nothing left to decide but
what depends on their numbers.  The layers of this package that convolve run these plans, with
their own checks before them.
"""

import math

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers import filter_gradients, passes, side_by_side
from minidl.fast_layers.products import as_rows, product
from minidl.threads import in_parts


def forward_of(g):
    """Plan the convolution of images with filters.

    Parameters
    ----------
    g : ConvGeometry
        Its sizes and dtype; a plan keeps no arrays.

    Returns
    -------
    run : callable
        ``run(images, w, bias)``, where ``bias`` may be None, returns a new array.
    """
    no_bias, new = np.zeros(g.w_shape[0], g.dtype), memory.allocator(g.out_shape, g.dtype)
    if is_one_product(g):
        out_shape = g.out_shape
        return lambda images, w, bias: product(
            as_rows(images), as_rows(w).T, no_bias if bias is None else bias
        ).reshape(out_shape)
    many = _has_many_filters(g)
    if not many and side_by_side.pays(g, g.w_shape[0], math.prod(g.w_shape[1:])):
        pack, convolve = passes.forward_by_columns(g, side_by_side.grid_of(g))
        convolve = side_by_side.in_turns(g, convolve)
    else:
        plan = passes.forward_by_filters if many else passes.forward_by_columns
        pack, convolve = plan(g, g.grid)
        convolve = in_parts(convolve, g.multiply_adds, passes.PARTS)

    def run(images, w, bias):
        out = new()
        convolve(images, out, pack(w, no_bias if bias is None else bias))
        return out

    return run


def filter_gradient_of(g):
    """Plan the gradient of the filters, ``run(dout, images)``."""
    if is_one_product(g):
        w_shape = g.w_shape
        return lambda dout, images: product(as_rows(dout).T, as_rows(images)).reshape(w_shape)
    return filter_gradients.by_panels_of(g)


def input_gradient_of(g):
    """Plan the gradient of the images, ``run(dout, w)``.

    Where windows lie side by side and channels are many, it is a forward pass over ``dout``,
    whose filters are seen from the input.  Elsewhere ``dout``, weighted by the filters, is added
    to the cells at each tap.
    """
    if is_one_product(g):
        x_shape = g.x_shape
        return lambda dout, w: product(as_rows(dout), as_rows(w)).reshape(x_shape)
    new, work = memory.allocator(g.x_shape, g.dtype), g.multiply_adds
    taps = math.prod(g.w_shape[2:])
    gather = passes.input_gradient_by_filters(g)
    if gather is None and side_by_side.pays(g, g.w_shape[1], g.w_shape[0] * taps):
        pack, scatter = passes.input_gradient_by_columns(g, side_by_side.grid_of(g))
        scatter = side_by_side.in_turns(g, scatter)
    else:
        pack, scatter = passes.input_gradient_by_columns(g, g.grid)
        scatter = in_parts(scatter, work, passes.PARTS)
    if gather is None:

        def run(dout, w):
            dx = new()
            scatter(dout, dx, pack(w))
            return dx

        return run
    pack_reversed, gather = gather[0], in_parts(gather[1], work, passes.PARTS)

    def run_either(dout, w):
        dx, panels = new(), pack_reversed(w)
        if panels is None:
            scatter(dout, dx, pack(w))
        else:
            gather(dout, dx, panels)
        return dx

    return run_either


def backward_of(g):
    """Plan all gradients, ``run(dout, images, w, bias, input_gradient)``.

    Returns that of the images, or None if it is not asked for, that of the filters, and that of the
    biases, or None where there are none.
    """
    of_input, of_filters = input_gradient_of(g), filter_gradient_of(g)
    of_biases = bias_gradient_of(g.out_shape, g.dtype)

    def run(dout, images, w, bias, input_gradient=True):
        return (
            of_input(dout, w) if input_gradient else None,
            of_filters(dout, images),
            None if bias is None else of_biases(dout),
        )

    return run


def bias_gradient_of(dout_shape, dtype):
    """Plan the gradient of the biases, ``run(dout)``: for each filter, the sum of its planes."""
    rows, single = dout_shape[:2], dout_shape[2:] == (1, 1)  # filters of a single cell are rows
    of_rows, of_planes = kernels.biases.of_rows, kernels.biases.of_planes
    kernel = kernels.of(of_rows if single else of_planes, dtype)

    def run(dout):
        db = np.empty(rows[1], dtype)
        kernel(dout.reshape(rows) if single else dout, db)
        return db

    return run


def filter_gradient(g):
    """Run a filter gradient on checked arguments of any layout."""
    return filter_gradient_of(g)(*map(np.ascontiguousarray, (g.dout, g.x)))


def input_gradient(g):
    """Run an input gradient on checked arguments of any layout."""
    return input_gradient_of(g)(*map(np.ascontiguousarray, (g.dout, g.w)))


def is_one_product(g):
    """Whether every window is a whole image, so that a pass is one product of matrices."""
    grid = g.grid
    image, padded = (grid.image_h, grid.image_w), (grid.padded_h, grid.padded_w)
    return g.groups == 1 and (grid.kernel_h, grid.kernel_w) == image == padded


def _has_many_filters(g):
    """Whether lanes of filters are faster than lanes of columns, by measurement."""
    return g.w_shape[0] // g.groups >= 16 and math.prod(g.w_shape[1:]) >= 20
