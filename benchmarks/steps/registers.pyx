"""The limit: multiply and add in registers alone, without memory."""

from cython cimport floating
from minidl.kernels.vector cimport doubles, floats, vector


def multiply_and_add(floating[::1] sums, Py_ssize_t rounds):
    """Run rounds of 12 independent sums, kept in ``sums``; return the operations of a round.

    Twelve, because a sum waits about four cycles for its own last value, and a processor begins
    two such instructions in a cycle.  ``sums`` needs room for 12 vectors.
    """
    with nogil:
        if floating is float:
            run(<floats *> &sums[0], rounds)
        else:
            run(<doubles *> &sums[0], rounds)
    return 12 * 2 * (sizeof(floats) if floating is float else sizeof(doubles)) // sizeof(floating)


cdef void run(vector *s, Py_ssize_t rounds) noexcept nogil:
    cdef vector a, b, c, d, e, f, g, h, i, j, k, m, half
    cdef Py_ssize_t _round
    a, b, c, d, e, f = s[0], s[1], s[2], s[3], s[4], s[5]
    g, h, i, j, k, m = s[6], s[7], s[8], s[9], s[10], s[11]
    half = a - a + 0.5
    for _round in range(rounds):
        a = a * half + half
        b = b * half + half
        c = c * half + half
        d = d * half + half
        e = e * half + half
        f = f * half + half
        g = g * half + half
        h = h * half + half
        i = i * half + half
        j = j * half + half
        k = k * half + half
        m = m * half + half
    s[0], s[1], s[2], s[3], s[4], s[5] = a, b, c, d, e, f
    s[6], s[7], s[8], s[9], s[10], s[11] = g, h, i, j, k, m
