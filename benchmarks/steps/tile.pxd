"""The register tile of steps 5 and 6: sums of 6 filters by two vectors of cells.

While the sum over the taps runs, the 12 sums stay in registers.  Of each tap, the tile reads 6
weights and 2 vectors, and does 12 vectors of multiplications and additions with them.
"""

from minidl.kernels.vector cimport floats, zero_floats

cdef enum:
    ROWS = 6
    LANES = 2 * sizeof(floats) // sizeof(float)  # cells in two vectors


cdef inline void tile(const float *w, const Py_ssize_t *offsets, Py_ssize_t n_taps,
                      const float *source, float *out, Py_ssize_t line) noexcept nogil:
    """Write ``sum(w[k, r] * source[offsets[k] + q])`` over k to ``out[r * line + q]``."""
    cdef floats a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1
    cdef const floats *x
    cdef Py_ssize_t k
    a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = zero_floats
    for k in range(n_taps):
        x = <const floats *> (source + offsets[k])
        a0 += w[0] * x[0]
        a1 += w[0] * x[1]
        b0 += w[1] * x[0]
        b1 += w[1] * x[1]
        c0 += w[2] * x[0]
        c1 += w[2] * x[1]
        d0 += w[3] * x[0]
        d1 += w[3] * x[1]
        e0 += w[4] * x[0]
        e1 += w[4] * x[1]
        f0 += w[5] * x[0]
        f1 += w[5] * x[1]
        w += ROWS
    store(out, a0, a1)
    store(out + line, b0, b1)
    store(out + 2 * line, c0, c1)
    store(out + 3 * line, d0, d1)
    store(out + 4 * line, e0, e1)
    store(out + 5 * line, f0, f1)


cdef inline void store(float *out, floats first, floats second) noexcept nogil:
    cdef floats *pair = <floats *> out
    pair[0] = first
    pair[1] = second
