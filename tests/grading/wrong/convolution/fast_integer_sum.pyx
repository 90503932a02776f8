"""WRONG conv_forward_fast: the sum of a window is an int, which cuts off what follows the point."""

import numpy as np


def conv_forward_fast(x, w, b, int stride, int pad):
    dtype = x.dtype
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cdef double[:, :, :, ::1] images = np.array(x, dtype=np.float64, order="C")
    cdef double[:, :, :, ::1] filters = np.array(w, dtype=np.float64, order="C")
    cdef double[::1] biases = np.array(b, dtype=np.float64)
    out_h = 1 + (images.shape[2] - filters.shape[2]) // stride
    out_w = 1 + (images.shape[3] - filters.shape[3]) // stride
    result = np.zeros((images.shape[0], filters.shape[0], out_h, out_w))
    cdef double[:, :, :, ::1] out = result
    cdef int n, f, c, i, j, u, v, total
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = 0
                    for c in range(images.shape[1]):
                        for u in range(filters.shape[2]):
                            for v in range(filters.shape[3]):
                                total += <int> (images[n, c, i * stride + u, j * stride + v]
                                                * filters[f, c, u, v])
                    out[n, f, i, j] = total + biases[f]
    return result.astype(dtype)
