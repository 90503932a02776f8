"""WRONG relu_backward: dout is overwritten with the result."""


def relu_backward(dout, cache):
    dx, x = dout, cache
    dx[x <= 0] = 0
    return dx
