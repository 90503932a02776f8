"""HOSTILE affine_forward, affine_backward: wrong; None, and fewer results than there are."""


def affine_forward(x, w, b):
    return None


def affine_backward(dout, cache):
    return dout
