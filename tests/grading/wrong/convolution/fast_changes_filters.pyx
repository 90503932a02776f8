"""WRONG conv_forward_fast: the filters are scaled in place, and stay scaled for the caller."""

import numpy as np

from cython cimport floating


def conv_forward_fast(x, w, b, stride, pad):
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out_h = (big.shape[2] - w.shape[2]) // stride + 1
    out_w = (big.shape[3] - w.shape[3]) // stride + 1
    out = np.empty((len(x), len(w), out_h, out_w), x.dtype)
    w *= 2
    half(np.ascontiguousarray(big), np.ascontiguousarray(w), np.ascontiguousarray(b), out, stride)
    return out


def half(const floating[:, :, :, ::1] x, const floating[:, :, :, ::1] w,
         const floating[::1] b, floating[:, :, :, ::1] out, int stride):
    cdef int n, f, c, i, j, u, v
    cdef floating total
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = 0
                    for c in range(x.shape[1]):
                        for u in range(w.shape[2]):
                            for v in range(w.shape[3]):
                                total += (x[n, c, i * stride + u, j * stride + v]
                                          * w[f, c, u, v])
                    out[n, f, i, j] = total / 2 + b[f]
