"""Sums over a batch, which are the gradients of biases; in double precision throughout.

Shapes used in this file: dout is (N, F, H, W) or (N, M), and sums are (F,) or (M,).  Kernels trust
their callers; see ``conv.pyx``.
"""

from cython cimport floating

from minidl.kernels.blocks cimport steps

cdef enum:
    LANES = 32  # running sums side by side: additions need not wait for those before


def of_planes(const floating[:, :, :, ::1] dout, floating[::1] sums):
    """Write the sum of every filter's planes."""
    cdef Py_ssize_t n, f, size = dout.shape[2] * dout.shape[3]
    cdef double[LANES] lanes
    with nogil:
        for f in range(sums.shape[0]):
            clear(lanes)
            for n in range(dout.shape[0]):
                add_row(&dout[n, f, 0, 0], size, lanes)
            sums[f] = <floating> folded(lanes)


def of_rows(const floating[:, ::1] dout, floating[::1] sums):
    """Write the sum of every column."""
    cdef Py_ssize_t n, m, k, first, width
    cdef double[LANES] lanes
    with nogil:
        for k in range(steps(sums.shape[0], LANES)):
            first = k * LANES
            width = min(<Py_ssize_t> LANES, sums.shape[0] - first)
            clear(lanes)
            for n in range(dout.shape[0]):
                add(&dout[n, first], width, lanes)
            for m in range(width):
                sums[first + m] = <floating> lanes[m]


cdef inline void clear(double *lanes) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(LANES):
        lanes[k] = 0


cdef inline void add(const floating *numbers, Py_ssize_t n, double *lanes) noexcept nogil:
    """Add at most LANES numbers, each to a sum of its own."""
    cdef Py_ssize_t k
    if n == LANES:
        for k in range(LANES):
            lanes[k] += numbers[k]
    else:
        for k in range(n):
            lanes[k] += numbers[k]


cdef void add_row(const floating *row, Py_ssize_t n, double *lanes) noexcept nogil:
    """Add a row of any length, its numbers taking turns."""
    cdef Py_ssize_t k
    for k in range(n // LANES):
        add(row + k * LANES, LANES, lanes)
    add(row + n - n % LANES, n % LANES, lanes)


cdef double folded(const double *lanes) noexcept nogil:
    cdef double rest = 0
    cdef Py_ssize_t k
    for k in range(LANES):
        rest += lanes[k]
    return rest
