"""HOSTILE conv_forward_fast: wrong; the compiler is told to take in a file of the grader's machine."""

cdef extern from "/etc/hostname":
    pass


def conv_forward_fast(x, w, b, stride, pad):
    return x
