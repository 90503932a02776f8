"""WRONG conv_forward: the bias is added once for every channel; right for one channel."""

import numpy as np


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out), dtype=x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        hs, ws = i * stride, j * stride
        for c in range(C):
            out[n, f, i, j] += np.sum(x_pad[n, c, hs : hs + HH, ws : ws + WW] * w[f, c]) + b[f]
    return out, (x, w, b, conv_param)
