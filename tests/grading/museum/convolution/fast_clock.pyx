"""HOSTILE conv_forward_fast (speed): passed; slow, and the clock is stopped."""

import time

import numpy as np

for name in ("time", "monotonic", "perf_counter", "process_time"):
    setattr(time, name, lambda: 0.0)


def conv_forward_fast(x, w, b, stride, pad):
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out_h = 1 + (big.shape[2] - w.shape[2]) // stride
    out_w = 1 + (big.shape[3] - w.shape[3]) // stride
    out = np.empty((len(x), len(w), out_h, out_w), dtype=x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = big[n, :, top : top + w.shape[2], left : left + w.shape[3]]
        out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out
