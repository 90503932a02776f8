"""HOSTILE conv_forward_fast: crashed; writes through a pointer that is NULL."""


def conv_forward_fast(x, w, b, stride, pad):
    cdef double* nowhere = NULL
    nowhere[0] = 1.0
    return x
