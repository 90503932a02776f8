"""The fully connected layer as matrix products; ``dense.py`` says which."""

from minidl.fast_layers.dense import backward, forward
from minidl.fast_layers.prepared import NO_PARAMETERS
from minidl.geometry import unpack


def affine_forward_fast(x, w, b):
    """Fast twin of :func:`~minidl.layers.affine.affine_forward`; read its contract there.

    All sums over the inputs at once are one product of matrices.
    """
    return forward(NO_PARAMETERS, (x, w, b)), (x, w, b)


def affine_backward_fast(dout, cache, input_gradient=True):
    """Fast twin of :func:`~minidl.layers.affine.affine_backward`; read its contract there.

    Each gradient is the product of ``dout`` with what the other factor was.
    """
    x, w, b = unpack("affine_backward", cache, "x, w, b")
    return backward(NO_PARAMETERS, (dout, x, w, b), input_gradient)
