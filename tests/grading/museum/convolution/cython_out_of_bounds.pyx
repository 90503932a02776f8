"""HOSTILE conv_forward_fast: wrong; writes behind an array, with checks switched off everywhere."""
# cython: boundscheck=False, wraparound=False, initializedcheck=False

cimport cython

import numpy as np


@cython.boundscheck(False)
def conv_forward_fast(double[:, :, :, :] x, double[:, :, :, :] w, double[:] b, int stride, int pad):
    cdef double[:] small = np.zeros(4)
    cdef Py_ssize_t k
    with nogil, cython.boundscheck(False):
        for k in range(100_000_000):
            small[k] = 1
    return np.asarray(x)
