"""Products in which one matrix is a row or a column: what a net does with a single image.

The register tile would first rearrange the other matrix, of which each number is needed once only:
here it is read where it lies, and that is nearly all that such a product costs.

A fixed number of sums side by side is what compilers turn into vectors.  They are sums of short
sums, as everywhere.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating

from minidl.kernels.blocks cimport fill_with_zeros, steps

cdef enum:
    LANES = 64  # sums side by side: additions need not wait for those before
    BLOCK = 128  # terms of each sum, before it is added to what is there


def dots(const floating[::1] v, const floating[:, :] m, const floating[::1] bias,
         floating[::1] out):
    """Write the dot product of ``v`` with every row of ``m``, whose numbers lie side by side.

    ``bias``, one number for each row, may be empty.
    """
    cdef Py_ssize_t n
    with nogil:
        for n in range(out.shape[0]):
            out[n] = dot(&v[0], &m[n, 0], v.shape[0])
            if bias.shape[0]:
                out[n] += bias[n]


cdef floating dot(const floating *v, const floating *row, Py_ssize_t n) noexcept nogil:
    cdef floating[LANES] lanes
    cdef floating part
    cdef double total = 0
    cdef Py_ssize_t block, i, k, start, stop, whole
    for block in range(steps(n, LANES * BLOCK)):
        start = block * LANES * BLOCK
        stop = min(start + LANES * BLOCK, n)
        whole = (stop - start) // LANES
        fill_with_zeros(lanes, LANES)
        for i in range(whole):
            for k in range(LANES):
                lanes[k] += v[start + i * LANES + k] * row[start + i * LANES + k]
        part = folded(lanes)
        for k in range(start + whole * LANES, stop):
            part += v[k] * row[k]
        total += part
    return <floating> total


cdef inline floating folded(floating *lanes) noexcept nogil:
    """Return the sum of all lanes, halved until four are left: vectors add many at once."""
    cdef Py_ssize_t k
    for k in range(32):
        lanes[k] += lanes[k + 32]
    for k in range(16):
        lanes[k] += lanes[k + 16]
    for k in range(8):
        lanes[k] += lanes[k + 8]
    for k in range(4):
        lanes[k] += lanes[k + 4]
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])


def weighted_rows(const floating[::1] v, const floating[:, :] m, const floating[::1] bias,
                  floating[::1] out):
    """Write the sum of all rows of ``m``, each times its number of ``v``.

    The numbers of a row lie side by side.  ``bias``, one number for each column, may be empty.
    """
    cdef Py_ssize_t n, k, block, start, stop, line = m.strides[0] // <Py_ssize_t> sizeof(floating)
    with nogil:
        for n in range(out.shape[0]):
            out[n] = bias[n] if bias.shape[0] else 0
        for block in range(steps(v.shape[0], BLOCK)):
            start, stop = block * BLOCK, min(block * BLOCK + BLOCK, v.shape[0])
            for k in range(steps(out.shape[0], LANES)):
                n = k * LANES
                add_rows(&v[start], stop - start, &m[start, n], line,
                         min(<Py_ssize_t> LANES, out.shape[0] - n), &out[n])


cdef void add_rows(const floating *v, Py_ssize_t n_terms, const floating *m, Py_ssize_t line,
                   Py_ssize_t width, floating *out) noexcept nogil:
    """Add ``n_terms`` rows, ``line`` numbers apart, to at most LANES numbers."""
    cdef floating[LANES] lanes
    cdef Py_ssize_t i, k
    fill_with_zeros(lanes, LANES)
    if width == LANES:
        for i in range(n_terms):
            for k in range(LANES):
                lanes[k] += v[i] * m[i * line + k]
    else:
        for i in range(n_terms):
            for k in range(width):
                lanes[k] += v[i] * m[i * line + k]
    for k in range(width):
        out[k] += lanes[k]


def outer(const floating[::1] u, const floating[::1] v, floating[:, ::1] out):
    """Write every number of ``u`` times every number of ``v``."""
    cdef Py_ssize_t i, j
    with nogil:
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = u[i] * v[j]
