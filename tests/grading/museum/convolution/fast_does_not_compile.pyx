"""HOSTILE conv_forward_fast: wrong; does not compile."""


def conv_forward_fast(x, w, b, stride, pad):
    cdef double total = undefined_name_of_c(
    return x
