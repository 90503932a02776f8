"""HOSTILE affine_forward: wrong|out of memory; a result of 10**12 numbers that takes no room."""

import numpy as np


def affine_forward(x, w, b):
    return np.broadcast_to(w.dtype.type(0), (10**6, 10**6)), (x, w, b)
