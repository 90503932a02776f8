"""Activation functions, one number at a time; the compiler turns these loops into vectors.

Arrays of any shape arrive flattened.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating


def relu_forward(const floating[::1] x, floating[::1] out):
    """Write ``x`` where it is positive, zero where it is not; NaN stays NaN."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(x.shape[0]):
            out[k] = 0 if x[k] <= 0 else x[k]


def relu_backward(const floating[::1] dout, const floating[::1] x, floating[::1] dx):
    """Write ``dout`` where ``x`` was positive, and zero elsewhere."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(x.shape[0]):
            dx[k] = dout[k] if x[k] > 0 else 0
