"""HOSTILE conv_forward_fast: out of memory; takes all memory by malloc, and writes to it."""

from libc.stdlib cimport malloc
from libc.string cimport memset


def conv_forward_fast(x, w, b, stride, pad):
    cdef size_t size = 1 << 24
    cdef char* block
    while True:
        block = <char*> malloc(size)
        if block == NULL:
            raise MemoryError("malloc returned NULL")
        memset(block, 1, size)
