"""WRONG conv_backward: where windows overlap, dx is assigned and not added up."""

import numpy as np


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, H_out, W_out = dout.shape
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad, dw = np.zeros_like(x_pad), np.zeros_like(w)
    for n in range(N):
        for i in range(H_out):
            for j in range(W_out):
                hs, ws = i * stride, j * stride
                grad = dout[n, :, i, j][:, None, None, None]
                dw += grad * x_pad[n, :, hs : hs + HH, ws : ws + WW]
                dx_pad[n, :, hs : hs + HH, ws : ws + WW] = np.sum(grad * w, axis=0)
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, np.sum(dout, axis=(0, 2, 3))
