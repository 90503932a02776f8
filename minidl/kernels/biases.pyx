"""Sums over a batch, which are the gradients of biases.

Shapes used in this file: dout is (N, F, H, W) or (N, M), and sums are (F,) or (M,).  Long sums are
in double precision; those of planes begin in that of the numbers.  Kernels trust their callers; see
``conv.pyx``.
"""

from cython cimport floating

from minidl.kernels.blocks cimport steps

cdef enum:
    WIDE = 32  # running sums side by side: some vectors of floats
    ROUNDS = 16  # numbers that such a sum adds up in their own precision


def of_planes(const floating[:, :, :, ::1] dout, floating[::1] sums):
    """Write the sum of every filter's planes, over all images."""
    cdef Py_ssize_t n, f, k, size = dout.shape[2] * dout.shape[3]
    cdef double[WIDE] lanes
    cdef double total
    with nogil:
        for f in range(sums.shape[0]):
            clear(lanes)
            for n in range(dout.shape[0]):
                add_up(&dout[n, f, 0, 0], size, lanes)
            total = 0
            for k in range(WIDE):
                total += lanes[k]
            sums[f] = <floating> total


def of_rows(const floating[:, ::1] dout, floating[::1] sums):
    """Write the sum of every column, over all images."""
    cdef Py_ssize_t n, m, block, first, width
    cdef double[WIDE] lanes
    with nogil:
        for block in range(steps(sums.shape[0], WIDE)):
            first = block * WIDE
            width = min(<Py_ssize_t> WIDE, sums.shape[0] - first)
            clear(lanes)
            for n in range(dout.shape[0]):
                for m in range(width):
                    lanes[m] += dout[n, first + m]
            for m in range(width):
                sums[first + m] = <floating> lanes[m]


cdef inline void clear(double *lanes) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(WIDE):
        lanes[k] = 0


cdef void add_up(const floating *x, Py_ssize_t n, double *lanes) noexcept nogil:
    """Add n numbers to WIDE sums in double precision, by way of short sums in their own."""
    cdef floating[WIDE] few
    cdef Py_ssize_t i, k, block, first, rounds = n // WIDE
    for block in range(steps(rounds, ROUNDS)):
        first = block * ROUNDS
        for k in range(WIDE):
            few[k] = 0
        for i in range(first, min(first + ROUNDS, rounds)):
            for k in range(WIDE):
                few[k] += x[i * WIDE + k]
        for k in range(WIDE):
            lanes[k] += few[k]
    first = rounds * WIDE
    for k in range(n - first):
        lanes[k] += x[first + k]
