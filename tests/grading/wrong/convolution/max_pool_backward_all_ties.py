"""WRONG max_pool_backward: of equal maxima each gets the whole gradient (a mask of == max)."""

import numpy as np


def max_pool_backward(dout, cache):
    x, pool_param = cache
    ph, pw, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        hs, ws = i * stride, j * stride
        window = x[n, c, hs : hs + ph, ws : ws + pw]
        mask = window == np.max(window)
        dx[n, c, hs : hs + ph, ws : ws + pw] += mask * dout[n, c, i, j]
    return dx
