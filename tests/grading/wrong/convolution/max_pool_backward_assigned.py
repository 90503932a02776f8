"""WRONG max_pool_backward: a cell that won several windows keeps the gradient of the last one."""

import numpy as np


def max_pool_backward(dout, cache):
    x, pool_param = cache
    ph, pw, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        hs, ws = i * stride, j * stride
        window = x[n, c, hs : hs + ph, ws : ws + pw]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, hs + u, ws + v] = dout[n, c, i, j]
    return dx
