"""WRONG conv_forward: the output's width is computed from the height; right for square images."""

import numpy as np


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    size = 1 + (H + 2 * pad - HH) // stride
    out = np.zeros((N, F, size, size), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(size):
                for j in range(size):
                    window = x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, b, conv_param)
