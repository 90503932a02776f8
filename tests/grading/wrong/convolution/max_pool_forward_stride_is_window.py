"""WRONG max_pool_forward: windows never overlap; the window's size is taken for the stride."""

import numpy as np


def max_pool_forward(x, pool_param):
    ph, pw = pool_param["pool_height"], pool_param["pool_width"]
    N, C, H, W = x.shape
    H_out, W_out = H // ph, W // pw
    out = np.zeros((N, C, H_out, W_out), dtype=x.dtype)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * ph : (i + 1) * ph, j * pw : (j + 1) * pw]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    return out, (x, pool_param)
