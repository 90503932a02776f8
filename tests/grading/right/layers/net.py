"""Two layers with a ReLU between them."""

from layers import affine_backward, affine_forward, relu_backward, relu_forward, softmax_loss


def two_layer_loss(x, y, w1, b1, w2, b2, reg):
    hidden, cache1 = affine_forward(x, w1, b1)
    active, relu_cache = relu_forward(hidden)
    scores, cache2 = affine_forward(active, w2, b2)
    loss, dscores = softmax_loss(scores, y)
    loss = loss + 0.5 * reg * float((w1**2).sum() + (w2**2).sum())
    dactive, dw2, db2 = affine_backward(dscores, cache2)
    _, dw1, db1 = affine_backward(relu_backward(dactive, relu_cache), cache1)
    return loss, dw1 + reg * w1, db1, dw2 + reg * w2, db2
