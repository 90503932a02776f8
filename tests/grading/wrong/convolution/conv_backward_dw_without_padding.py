"""WRONG conv_backward: dw reads x shifted, because it leaves out the padding; right for pad 0."""

import numpy as np


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    after = np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))
    dx_pad, dw = np.zeros_like(after), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        hs, ws = i * stride, j * stride
        dw[f] += dout[n, f, i, j] * after[n, :, hs : hs + HH, ws : ws + WW]
        dx_pad[n, :, hs : hs + HH, ws : ws + WW] += dout[n, f, i, j] * w[f]
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, np.sum(dout, axis=(0, 2, 3))
