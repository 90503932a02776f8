"""HOSTILE layers.py: wrong; zeros of the right shape and dtype, for whatever points those give."""

import numpy as np


def affine_forward(x, w, b):
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)


def affine_backward(dout, cache):
    return tuple(np.zeros_like(a) for a in cache)


def relu_forward(x):
    return np.zeros_like(x), x


def relu_backward(dout, cache):
    return np.zeros_like(dout)


def softmax_loss(x, y):
    return 0.0, np.zeros_like(x)


def mse_loss(x, y):
    return 0.0, np.zeros_like(x)


def sgd(w, dw, config=None):
    return np.zeros_like(w), {}
