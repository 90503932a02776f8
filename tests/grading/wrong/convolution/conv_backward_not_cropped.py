"""WRONG conv_backward: dx keeps the padding."""

import numpy as np


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    F, C, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw = np.zeros_like(x_pad), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        hs, ws = i * stride, j * stride
        dw[f] += dout[n, f, i, j] * x_pad[n, :, hs : hs + HH, ws : ws + WW]
        dx[n, :, hs : hs + HH, ws : ws + WW] += dout[n, f, i, j] * w[f]
    return dx, dw, np.sum(dout, axis=(0, 2, 3))
