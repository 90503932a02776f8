"""Sums in double precision, several at a time."""

from cython cimport floating

cdef enum:
    LANES = 8  # running sums side by side, so that an addition need not wait for the one before


cdef inline double total(const floating *x, Py_ssize_t n) noexcept nogil:
    cdef double[LANES] lanes = [0, 0, 0, 0, 0, 0, 0, 0]
    cdef Py_ssize_t i, k, rounds = n // LANES
    for i in range(rounds):
        for k in range(LANES):
            lanes[k] += x[i * LANES + k]
    for i in range(rounds * LANES, n):
        lanes[0] += x[i]
    return folded(lanes)


cdef inline double folded(const double *lanes) noexcept nogil:
    cdef double rest = 0
    cdef Py_ssize_t k
    for k in range(LANES):
        rest += lanes[k]
    return rest
