"""The fully connected layer as matrix products; ``products.py`` says how they run."""

import math

import numpy as np

from minidl import kernels
from minidl.fast_layers.prepared import NO_PARAMETERS, Prepared
from minidl.fast_layers.products import product_of
from minidl.geometry import affine_backward_geometry, affine_geometry, unpack


def affine_forward_fast(x, w, b):
    """Fast twin of :func:`~minidl.layers.affine.affine_forward`; read its contract there.

    All sums over the inputs at once are one product of matrices.
    """
    layout, own = _layout_of(w)
    return layout.forward(NO_PARAMETERS, (x, own, b)), (x, w, b)


def affine_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.affine.affine_backward`; read its contract there.

    Each gradient is the product of ``dout`` with what the other factor was.
    """
    return gradients(dout, cache, input_gradient)


def gradients(dout, cache, input_gradient=True, outputs_first=False):
    """Return the gradients of a fully connected layer as its backward pass does.

    Parameters
    ----------
    dout, cache, input_gradient
        As :func:`~minidl.layers.affine.affine_backward` takes them.
    outputs_first : bool
        Whether one output's part of ``dw`` lies together in memory, rather than one input's: so a
        net keeps its weights, and their transpose is what it hands to the layer.
    """
    x, w, b = unpack("affine_backward", cache, "x, w, b")
    layout, own = _layout_of(w)
    return layout.backward(NO_PARAMETERS, (dout, x, own, b), input_gradient, outputs_first)


class _Layout:
    """Both passes for weights (D, M), or for weights (M, D) as a net keeps them."""

    def __init__(self, outputs_first):
        self.outputs_first = outputs_first
        self.forward = Prepared(self.check_forward, self.plan_forward)
        self.backward = Prepared(self.check_backward, self.plan_backward)

    def turned(self, w):
        """Turn weights (D, M) into this layout, or back: it is the same."""
        return w.T if self.outputs_first else w

    def check_forward(self, _, x, w, b):
        g = affine_geometry("affine_forward", x, self.turned(w), b)
        return g.sizes, (g.rows.reshape(g.x_shape), self.turned(g.w), g.b)

    def check_backward(self, _, dout, x, w, b):
        g = affine_backward_geometry("affine_backward", dout, (x, self.turned(w), b))
        return g.sizes, (g.dout, g.rows.reshape(g.x_shape), self.turned(g.w), g.b)

    def plan_forward(self, g):
        """Plan ``run(x, w, b)``."""
        rows, w, _ = self.matrices(g)
        multiply, turned, shape = product_of(rows, w), self.turned, rows.shape
        return lambda x, w, b: multiply(x.reshape(shape), turned(w), b)

    def plan_backward(self, g):
        """Plan ``run(dout, x, w, b, input_gradient, outputs_first)``."""
        rows, w, dout = self.matrices(g)
        for_x, for_w, for_turned_w = (
            product_of(dout, w.T),
            product_of(rows.T, dout),
            product_of(dout.T, rows),
        )
        sum_rows, dtype, turned = kernels.of(kernels.biases.of_rows, g.dtype), g.dtype, self.turned
        x_shape, shape, n_outputs = g.x_shape, rows.shape, g.out_shape[1]

        def run(dout, x, w, b, input_gradient, outputs_first):
            rows, dx, db = x.reshape(shape), None, None
            if input_gradient:
                dx = for_x(dout, turned(w).T, None).reshape(x_shape)
            if b is not None:
                db = np.empty(n_outputs, dtype)
                sum_rows(dout, db)
            if outputs_first:
                return dx, for_turned_w(dout.T, rows, None).T, db
            return dx, for_w(rows.T, dout, None), db

        return run

    def matrices(self, g):
        """Return arrays that lie in memory as x by rows, w (D, M) and dout do."""
        n_inputs, (n_images, n_outputs) = math.prod(g.x_shape[1:]), g.out_shape
        w = (n_outputs, n_inputs) if self.outputs_first else (n_inputs, n_outputs)
        shapes = (n_images, n_inputs), w, (n_images, n_outputs)
        rows, w, dout = (np.empty(shape, g.dtype) for shape in shapes)
        return rows, self.turned(w), dout


_inputs_first, _outputs_first = _Layout(False), _Layout(True)


def _layout_of(w):
    """Return the passes that read weights (D, M) as they lie, and the weights in that layout."""
    if type(w) is np.ndarray and w.flags.fnc:  # its columns lie together, and its rows do not
        return _outputs_first, w.T
    return _inputs_first, w
