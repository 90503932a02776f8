"""A net of two layers, made of the parts in ``layers.py``."""

import numpy as np
from layers import (
    affine_backward,
    affine_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)


def two_layer_loss(x, y, w1, b1, w2, b2, reg):
    """Loss of a net of two layers, and its gradient with respect to every weight.

    affine - ReLU - affine - softmax.  To the loss comes a penalty on large weights,
    ``0.5 * reg * (sum(w1 ** 2) + sum(w2 ** 2))``; the biases are free of it.

    Parameters
    ----------
    x : ndarray of shape (N, d1, ..., dk)
        N examples of D values each.
    y : ndarray of shape (N,), integer
        Their classes, in ``0 .. C - 1``.
    w1 : ndarray of shape (D, H)
        Weights of the first layer, which has H outputs.
    b1 : ndarray of shape (H,)
    w2 : ndarray of shape (H, C)
        Weights of the second layer, which has a score for each class.
    b2 : ndarray of shape (C,)
    reg : float
        How much large weights cost; 0 for nothing.

    Returns
    -------
    loss : float
    dw1, db1, dw2, db2 : ndarrays
        Each with the shape of what it is the gradient of.

    Examples
    --------
    With weights of 0 all classes are equally likely, and the loss is ``log(C)``:

    >>> w1, b1, w2, b2 = np.zeros((3, 4)), np.zeros(4), np.zeros((4, 2)), np.zeros(2)
    >>> loss, *_ = two_layer_loss(np.ones((1, 3)), np.array([0]), w1, b1, w2, b2, 0.1)
    >>> round(loss, 4)
    0.6931
    """
    # Forward: three calls, each of which keeps its cache for the way back.
    ### BEGIN SOLUTION
    hidden, cache_1 = affine_forward(x, w1, b1)
    active, cache_relu = relu_forward(hidden)
    scores, cache_2 = affine_forward(active, w2, b2)
    ### END SOLUTION
    # The loss and the gradient of the scores, then the penalty.
    ### BEGIN SOLUTION
    loss, dscores = softmax_loss(scores, y)
    loss += 0.5 * reg * float(np.sum(w1**2) + np.sum(w2**2))
    ### END SOLUTION
    # Backward: the same layers in reverse.  The penalty has a gradient, too.
    ### BEGIN SOLUTION
    dactive, dw2, db2 = affine_backward(dscores, cache_2)
    dhidden = relu_backward(dactive, cache_relu)
    _, dw1, db1 = affine_backward(dhidden, cache_1)
    dw1 = dw1 + reg * w1
    dw2 = dw2 + reg * w2
    ### END SOLUTION
    return loss, dw1, db1, dw2, db2
