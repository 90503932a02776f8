"""WRONG affine_forward: the bias is ignored."""

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    return np.dot(rows, w), (x, w, b)
