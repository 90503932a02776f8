"""WRONG affine_forward: results of one shape share a buffer, so the next call overwrites them."""

import numpy as np

BUFFERS = {}


def affine_forward(x, w, b):
    key = (x.shape[0], w.shape[1], x.dtype)
    if key not in BUFFERS:
        BUFFERS[key] = np.empty(key[:2], dtype=x.dtype)
    out = BUFFERS[key]
    out[:] = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)
