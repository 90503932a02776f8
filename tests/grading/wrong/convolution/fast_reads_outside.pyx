# cython: boundscheck=False, wraparound=False
"""WRONG conv_forward_fast: padding is not looked at, so loops read outside of the image."""

import numpy as np

from cython cimport floating


def conv_forward_fast(x, w, b, stride, pad):
    n_images, _, height, width = x.shape
    out_h = 1 + (height + 2 * pad - w.shape[2]) // stride
    out_w = 1 + (width + 2 * pad - w.shape[3]) // stride
    out = np.zeros((n_images, w.shape[0], out_h, out_w), dtype=x.dtype)
    fill(np.ascontiguousarray(x), np.ascontiguousarray(w), np.ascontiguousarray(b),
         out, stride, pad)
    return out


def fill(const floating[:, :, :, ::1] x, const floating[:, :, :, ::1] w,
         const floating[::1] b, floating[:, :, :, ::1] out, int stride, int pad):
    cdef int n, f, c, i, j, u, v
    cdef floating total
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = b[f]
                    for c in range(x.shape[1]):
                        for u in range(w.shape[2]):
                            for v in range(w.shape[3]):
                                total += (x[n, c, i * stride + u - pad, j * stride + v - pad]
                                          * w[f, c, u, v])
                    out[n, f, i, j] = total
