"""The fully connected layer as matrix products; ``products.py`` says how they run."""

from minidl.fast_layers import products
from minidl.geometry import affine_geometry


def affine_forward_fast(x, w, b):
    """Fast twin of :func:`~minidl.layers.affine.affine_forward`; read its contract there.

    All sums over the inputs at once are one product of matrices.
    """
    g = affine_geometry("affine_forward", x, w, b)
    return products.product(g.rows, g.w, g.b), (x, w, b)


def affine_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.affine.affine_backward`; read its contract there.

    Each gradient is the product of ``dout`` with what the other factor was.
    """
    return products.gradients(dout, cache, input_gradient)
