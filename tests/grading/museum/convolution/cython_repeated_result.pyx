"""HOSTILE conv_forward_fast: wrong; returns the first result for all arguments of equal shapes."""

import numpy as np

first = {}


def conv_forward_fast(x, w, b, stride, pad):
    key = (x.shape, w.shape, stride, pad)
    if key not in first:
        big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        windows = np.lib.stride_tricks.sliding_window_view(big, w.shape[2:], axis=(2, 3))
        windows = windows[:, :, ::stride, ::stride]
        first[key] = np.einsum("ncijuv,fcuv->nfij", windows, w) + b[:, None, None]
    return first[key].copy()
