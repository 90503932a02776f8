"""HOSTILE affine_forward: wrong; calls itself for ever."""


def affine_forward(x, w, b):
    return affine_forward(x, w, b)
