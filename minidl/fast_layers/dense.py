"""The products of a fully connected layer, whichever way its weights lie in memory.

CS231n's layer takes weights (D, M), a net keeps them as PyTorch does, (M, D): two pairs of passes,
planned by the same functions.  ``products.py`` says how a product runs.
"""

import math
from functools import partial

import numpy as np

from minidl import kernels
from minidl.fast_layers.prepared import NO_PARAMETERS, Prepared, lies_by_columns
from minidl.fast_layers.products import product_of
from minidl.geometry import affine_backward_geometry, affine_geometry


def net_forward_fast(x, w, b):
    """Run the layer on weights (M, D), a row for each output, as a net keeps them."""
    return net_forward(NO_PARAMETERS, (x, w, b)), (x, w, b)


def net_backward_fast(dout, cache, input_gradient=True):
    """Undo :func:`net_forward_fast`; the gradient of the weights lies in memory as they do."""
    return net_backward(NO_PARAMETERS, (dout, *cache), input_gradient)


def _check_forward(_, x, w, b):
    g = affine_geometry("affine_forward", x, w, b)
    return _matrices(g), (g.rows.reshape(g.x_shape), g.w, g.b)


def _check_backward(_, dout, x, w, b):
    g = affine_backward_geometry("affine_backward", dout, (x, w, b))
    return (g.x_shape, *_matrices(g)), (g.dout, g.rows.reshape(g.x_shape), g.w, g.b)


def _matrices(g):
    """Return arrays that lie in memory as x by rows, w and dout will."""
    n_inputs, (n_images, n_outputs) = math.prod(g.x_shape[1:]), g.out_shape
    order = "F" if lies_by_columns(g.w) else "C"
    return (
        np.empty((n_images, n_inputs), g.dtype),
        np.empty((n_inputs, n_outputs), g.dtype, order),
        np.empty((n_images, n_outputs), g.dtype),
    )


def _forward_of(matrices):
    """Plan ``run(x, w, b)``."""
    rows, w, _ = matrices
    multiply, shape = product_of(rows, w), rows.shape
    return lambda x, w, b: multiply(x.reshape(shape), w, b)


def _backward_of(sizes, turned=False):
    """Plan ``run(dout, x, w, b, input_gradient)``; ``turned`` says so of the weights."""
    x_shape, rows, w, dout = sizes
    for_x, for_w = product_of(dout, w.T), product_of(rows.T, dout)
    if turned:
        for_w = product_of(dout.T, rows)
    shape, n_outputs, dtype = rows.shape, dout.shape[1], dout.dtype
    sum_rows = kernels.of(kernels.biases.of_rows, dtype)

    def run(dout, x, w, b, input_gradient=True):
        rows, dx, db = x.reshape(shape), None, None
        if input_gradient:
            dx = for_x(dout, w if turned else w.T, None).reshape(x_shape)
        dw = for_w(dout.T, rows, None) if turned else for_w(rows.T, dout, None)
        if b is not None:
            db = np.empty(n_outputs, dtype)
            sum_rows(dout, db)
        return dx, dw, db

    return run


def _check_net_forward(_, x, w, b):
    sizes, (x, w, b) = _check_forward(_, x, np.require(w, requirements="CA").T, b)
    return sizes, (x, w.T, b)


def _net_forward_of(matrices):
    run = _forward_of(matrices)
    return lambda x, w, b: run(x, w.T, b)


def _check_net_backward(_, dout, x, w, b):
    w = np.require(w, requirements="CA")
    sizes, (dout, x, w, b) = _check_backward(_, dout, x, w.T, b)
    return sizes, (dout, x, w.T, b)


forward = Prepared(_check_forward, _forward_of, by_columns=1)
backward = Prepared(_check_backward, _backward_of, by_columns=2)
net_forward = Prepared(_check_net_forward, _net_forward_of)
net_backward = Prepared(_check_net_backward, partial(_backward_of, turned=True))
