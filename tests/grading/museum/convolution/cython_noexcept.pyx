"""HOSTILE conv_forward_fast: wrong; reads behind an array in a function that raises nothing."""

import numpy as np


cdef double number(double[:] numbers, Py_ssize_t k) noexcept nogil:
    return numbers[k]


def conv_forward_fast(x, w, double[:] b, stride, pad):
    cdef Py_ssize_t k
    cdef double total = 0
    with nogil:
        for k in range(100):
            total += number(b, k)
    return np.full(x.shape, total)
