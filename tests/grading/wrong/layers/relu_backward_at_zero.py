"""WRONG relu_backward: the gradient at exactly 0 is passed on (>= 0)."""


def relu_backward(dout, cache):
    x = cache
    return dout * (x >= 0)
