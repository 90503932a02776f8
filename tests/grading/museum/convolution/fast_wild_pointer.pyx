"""HOSTILE conv_forward_fast: crashed; writes through a pointer to nowhere."""


def conv_forward_fast(x, w, b, stride, pad):
    cdef double* nowhere = <double*> 8
    nowhere[0] = 1.0
    return x
