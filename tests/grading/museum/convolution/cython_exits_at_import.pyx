"""HOSTILE conv_forward_fast: crashed|wrong; leaves with 0 when it is imported."""

from libc.stdlib cimport _Exit

_Exit(0)


def conv_forward_fast(x, w, b, stride, pad):
    return x
