"""WRONG conv_forward: the output's size is rounded up; right for strides that divide."""

import numpy as np


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = int(np.ceil(1 + (H + 2 * pad - HH) / stride))
    W_out = int(np.ceil(1 + (W + 2 * pad - WW) / stride))
    bottom, right = H_out * stride + HH, W_out * stride + WW
    x_pad = np.zeros((N, C, H + 2 * pad + bottom, W + 2 * pad + right), dtype=x.dtype)
    x_pad[:, :, pad : pad + H, pad : pad + W] = x
    out = np.zeros((N, F, H_out, W_out), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x_pad[n, :, hs : hs + HH, ws : ws + WW] * w[f]) + b[f]
    return out, (x, w, b, conv_param)
