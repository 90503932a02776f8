"""WRONG max_pool_forward: the search for a maximum starts at 0, so negative windows give 0."""

import numpy as np


def max_pool_forward(x, pool_param):
    ph, pw, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - ph) // stride, 1 + (W - pw) // stride), dtype=x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        for u in range(ph):
            for v in range(pw):
                out[n, c, i, j] = max(out[n, c, i, j], x[n, c, i * stride + u, j * stride + v])
    return out, (x, pool_param)
