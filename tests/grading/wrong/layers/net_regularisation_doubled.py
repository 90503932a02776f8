"""WRONG two_layer_loss: the gradient of the regularisation has a factor 2 that the half removes."""

import numpy as np

from layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss


def two_layer_loss(x, y, w1, b1, w2, b2, reg):
    h, cache1 = affine_forward(x, w1, b1)
    a, relu_cache = relu_forward(h)
    scores, cache2 = affine_forward(a, w2, b2)
    loss, dscores = softmax_loss(scores, y)
    loss += 0.5 * reg * (np.sum(w1 * w1) + np.sum(w2 * w2))
    da, dw2, db2 = affine_backward(dscores, cache2)
    dh = relu_backward(da, relu_cache)
    dx, dw1, db1 = affine_backward(dh, cache1)
    dw1 += 2 * reg * w1
    dw2 += 2 * reg * w2
    return loss, dw1, db1, dw2, db2
