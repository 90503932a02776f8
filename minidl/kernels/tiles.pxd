"""The two register tiles that do all the arithmetic of a convolution.

A tile is a block of results that stays in registers while the sum over many terms runs: each
vector that is loaded is used several times, so the processor multiplies instead of waiting.
Both tiles start at zero and add their sum to what the results hold already.  Their callers keep
a tile's sum to about BLOCK terms, because sums of short sums round less than one long sum does.

Pointers live in this file only, where vectors need them.  A fused function exists for every
pairing of ``floating`` and ``vector``; the bodies of those that mix precisions are left empty.
"""

from cython cimport floating
from minidl.kernels.vector cimport (doubles, floats, keep_doubles, keep_floats, vector,
                                    zero_doubles, zero_floats)

cdef enum:
    ROWS = 6  # rows of a product tile: with 2 vectors each, 12 of the 16 registers of AVX2
    FILTERS = 3  # a dot tile is 3 filters x 4 taps: 12 registers again
    TAPS = 4
    BLOCK = 128  # terms summed up in a row before they are added to the sum of other blocks


cdef inline void multiply(const floating *weights, const Py_ssize_t *offsets, Py_ssize_t n_terms,
                          const floating *source, vector *lines, Py_ssize_t line) noexcept nogil:
    """Add ``sum(weights[k, r] * source[offsets[k] + q])`` over k to ``lines[r, q]``.

    ``weights`` is (n_terms, ROWS), ``lines`` is (ROWS, line) vectors, and ``line`` is even.
    """
    cdef Py_ssize_t block, first, n, q
    for block in range((n_terms + BLOCK - 1) // BLOCK):
        first = block * BLOCK
        n = min(<Py_ssize_t> BLOCK, n_terms - first)
        for q in range(0, line, 2):
            product_tile(weights + first * ROWS, offsets + first, n,
                         source + q * (sizeof(vector) // sizeof(floating)), lines + q, line)


cdef inline void product_tile(const floating *w, const Py_ssize_t *offsets, Py_ssize_t n_terms,
                              const floating *source, vector *out, Py_ssize_t line) noexcept nogil:
    """ROWS x 2 vectors of :func:`multiply`."""
    cdef vector a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1, x0, x1
    cdef const vector *x
    cdef Py_ssize_t k
    if (floating is float and vector is floats) or (floating is double and vector is doubles):
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = zero(out)
        for k in range(n_terms):
            x = <const vector *> (source + offsets[k])
            x0 = x[0]
            x1 = x[1]
            a0 += w[0] * x0
            a1 += w[0] * x1
            b0 += w[1] * x0
            b1 += w[1] * x1
            c0 += w[2] * x0
            c1 += w[2] * x1
            d0 += w[3] * x0
            d1 += w[3] * x1
            e0 += w[4] * x0
            e1 += w[4] * x1
            f0 += w[5] * x0
            f1 += w[5] * x1
            w += ROWS
        add_pair(out, a0, a1)
        add_pair(out + line, b0, b1)
        add_pair(out + 2 * line, c0, c1)
        add_pair(out + 3 * line, d0, d1)
        add_pair(out + 4 * line, e0, e1)
        add_pair(out + 5 * line, f0, f1)


cdef inline void dot_tile(const floating *dout, Py_ssize_t filter_step, Py_ssize_t row_step,
                          const floating *source, const Py_ssize_t *offsets, Py_ssize_t plane_w,
                          Py_ssize_t rows, Py_ssize_t columns, const void *mask,
                          vector *sums) noexcept nogil:
    """Add the dot products of FILTERS filters with TAPS taps to ``sums``, lane by lane.

    Row i of filter f is ``dout[f * filter_step + i * row_step :]``; it holds whole vectors, with
    zeros after ``columns``.  Row i of tap t is ``source[offsets[t] + i * plane_w :]``; cells after
    ``columns`` are no part of it, and ``mask`` takes them out of its last vector, so that an
    infinity there cannot meet a zero of ``dout``.  ``mask`` is NULL where rows fill their vectors.
    """
    cdef vector s0, s1, s2, s3, t0, t1, t2, t3, u0, u1, u2, u3, d0, d1, d2
    cdef Py_ssize_t i, j, whole = columns * sizeof(floating) // sizeof(vector)
    cdef const vector *d
    cdef const vector *x0
    cdef const vector *x1
    cdef const vector *x2
    cdef const vector *x3
    cdef Py_ssize_t step = filter_step * sizeof(floating) // sizeof(vector)
    if (floating is float and vector is floats) or (floating is double and vector is doubles):
        s0 = s1 = s2 = s3 = t0 = t1 = t2 = t3 = u0 = u1 = u2 = u3 = zero(sums)
        for i in range(rows):
            d = <const vector *> (dout + i * row_step)
            x0 = <const vector *> (source + offsets[0] + i * plane_w)
            x1 = <const vector *> (source + offsets[1] + i * plane_w)
            x2 = <const vector *> (source + offsets[2] + i * plane_w)
            x3 = <const vector *> (source + offsets[3] + i * plane_w)
            for j in range(whole):
                d0, d1, d2 = d[j], d[step + j], d[2 * step + j]
                add_products(d0, d1, d2, x0[j], &s0, &t0, &u0)
                add_products(d0, d1, d2, x1[j], &s1, &t1, &u1)
                add_products(d0, d1, d2, x2[j], &s2, &t2, &u2)
                add_products(d0, d1, d2, x3[j], &s3, &t3, &u3)
            if mask != NULL:
                d0, d1, d2 = d[whole], d[step + whole], d[2 * step + whole]
                add_products(d0, d1, d2, keep(x0[whole], mask), &s0, &t0, &u0)
                add_products(d0, d1, d2, keep(x1[whole], mask), &s1, &t1, &u1)
                add_products(d0, d1, d2, keep(x2[whole], mask), &s2, &t2, &u2)
                add_products(d0, d1, d2, keep(x3[whole], mask), &s3, &t3, &u3)
        add_pair(sums, s0, s1)
        add_pair(sums + 2, s2, s3)
        add_pair(sums + 4, t0, t1)
        add_pair(sums + 6, t2, t3)
        add_pair(sums + 8, u0, u1)
        add_pair(sums + 10, u2, u3)


cdef inline void add_pair(vector *out, vector first, vector second) noexcept nogil:
    out[0] += first
    out[1] += second


cdef inline vector zero(const vector *like) noexcept nogil:
    if vector is floats:
        return zero_floats
    else:
        return zero_doubles


cdef inline void add_products(vector d0, vector d1, vector d2, vector x, vector *s, vector *t,
                              vector *u) noexcept nogil:
    s[0] += d0 * x
    t[0] += d1 * x
    u[0] += d2 * x


cdef inline vector keep(vector x, const void *mask) noexcept nogil:
    if vector is floats:
        return keep_floats(x, mask)
    else:
        return keep_doubles(x, mask)
