"""WRONG conv_forward_fast: the image's last row and column count as padding (off by one)."""

import numpy as np

from cython cimport floating


def conv_forward_fast(x, w, b, stride, pad):
    out_h = 1 + (x.shape[2] + 2 * pad - w.shape[2]) // stride
    out_w = 1 + (x.shape[3] + 2 * pad - w.shape[3]) // stride
    out = np.zeros((x.shape[0], w.shape[0], out_h, out_w), dtype=x.dtype)
    fill(np.ascontiguousarray(x), np.ascontiguousarray(w), np.ascontiguousarray(b),
         out, stride, pad)
    return out


def fill(const floating[:, :, :, ::1] x, const floating[:, :, :, ::1] w,
         const floating[::1] b, floating[:, :, :, ::1] out, int stride, int pad):
    cdef int n, f, c, i, j, u, v, row, column
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    out[n, f, i, j] = b[f]
                    for c in range(x.shape[1]):
                        for u in range(w.shape[2]):
                            for v in range(w.shape[3]):
                                row, column = i * stride + u - pad, j * stride + v - pad
                                if (row >= 0 and row < x.shape[2] - 1
                                        and column >= 0 and column < x.shape[3] - 1):
                                    out[n, f, i, j] += x[n, c, row, column] * w[f, c, u, v]
