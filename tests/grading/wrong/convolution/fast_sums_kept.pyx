"""WRONG conv_forward_fast: sums go on in a buffer of the module, so a second call adds to them."""

import numpy as np

from cython cimport floating

sums = {}


def conv_forward_fast(x, w, b, stride, pad):
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out_h = (big.shape[2] - w.shape[2]) // stride + 1
    out_w = (big.shape[3] - w.shape[3]) // stride + 1
    key = len(x), len(w), out_h, out_w, x.dtype
    if key not in sums:
        sums[key] = np.zeros(key[:4], x.dtype)
    add(np.ascontiguousarray(big), np.ascontiguousarray(w), sums[key], stride)
    return sums[key] + b.reshape(1, -1, 1, 1)


def add(const floating[:, :, :, ::1] x, const floating[:, :, :, ::1] w,
        floating[:, :, :, ::1] out, int stride):
    cdef int n, f, c, i, j, u, v
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    for c in range(x.shape[1]):
                        for u in range(w.shape[2]):
                            for v in range(w.shape[3]):
                                out[n, f, i, j] += (x[n, c, i * stride + u, j * stride + v]
                                                    * w[f, c, u, v])
