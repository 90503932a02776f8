"""WRONG conv_forward_fast: everything is turned into float32, doubles too."""

import numpy as np


def conv_forward_fast(x, w, b, int stride, int pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cdef float[:, :, :, ::1] images = np.ascontiguousarray(x, dtype=np.float32)
    cdef float[:, :, :, ::1] filters = np.array(w, dtype=np.float32, order="C")
    cdef float[::1] biases = np.array(b, dtype=np.float32)
    out_h = 1 + (images.shape[2] - filters.shape[2]) // stride
    out_w = 1 + (images.shape[3] - filters.shape[3]) // stride
    result = np.zeros((images.shape[0], filters.shape[0], out_h, out_w), dtype=np.float32)
    cdef float[:, :, :, ::1] out = result
    cdef int n, f, c, i, j, u, v
    cdef float total
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    total = biases[f]
                    for c in range(images.shape[1]):
                        for u in range(filters.shape[2]):
                            for v in range(filters.shape[3]):
                                total += (images[n, c, i * stride + u, j * stride + v]
                                          * filters[f, c, u, v])
                    out[n, f, i, j] = total
    return result.astype(x.dtype)
