"""HOSTILE affine_forward: wrong; an array of objects."""


def affine_forward(x, w, b):
    return (x.reshape(len(x), -1) @ w + b).astype(object), (x, w, b)
