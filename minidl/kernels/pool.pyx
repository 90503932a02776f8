"""Pooling over windows of any stride, padding and dilation: one path for every geometry.

Shapes used in this file: x is (N, C, H, W), out and dout are (N, C, H', W').  Line i of ``rows``
lists the first row of window (i, j) in the image, the row where it stops, the step from row to
row, and for an average how many rows count; ``columns`` does the same for j.  Padding is no part of
them, so it cannot win.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating

ctypedef fused summed:  # what sums are added up in, which may be wider than the numbers
    float
    double


def max_forward(const floating[:, :, :, ::1] x, const Py_ssize_t[:, ::1] rows,
                const Py_ssize_t[:, ::1] columns, floating[:, :, :, ::1] out):
    """Write the largest number of every window into ``out``; NaN counts as the largest."""
    cdef Py_ssize_t n, c, i, j, winner
    with nogil:
        for n in range(out.shape[0]):
            for c in range(out.shape[1]):
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        winner = first_maximum(x, n, c, i, j, rows, columns)
                        out[n, c, i, j] = x[n, c, winner // x.shape[3], winner % x.shape[3]]


def max_backward(const floating[:, :, :, ::1] dout, const floating[:, :, :, ::1] x,
                 const Py_ssize_t[:, ::1] rows, const Py_ssize_t[:, ::1] columns,
                 summed[:, :, :, ::1] dx):
    """Add every number of ``dout`` to the cell of ``dx`` that won its window."""
    cdef Py_ssize_t n, c, i, j, winner
    with nogil:
        for n in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        winner = first_maximum(x, n, c, i, j, rows, columns)
                        dx[n, c, winner // x.shape[3], winner % x.shape[3]] += dout[n, c, i, j]


def average_forward(const floating[:, :, :, ::1] x, const Py_ssize_t[:, ::1] rows,
                    const Py_ssize_t[:, ::1] columns, floating[:, :, :, ::1] out):
    """Write the average of every window into ``out``; sums are in double precision."""
    cdef Py_ssize_t n, c, i, j, y, z
    cdef double total
    with nogil:
        for n in range(out.shape[0]):
            for c in range(out.shape[1]):
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        total = 0
                        for y in range(rows[i, 0], rows[i, 1]):
                            for z in range(columns[j, 0], columns[j, 1]):
                                total += x[n, c, y, z]
                        out[n, c, i, j] = <floating> (total / (rows[i, 3] * columns[j, 3]))


def average_backward(const floating[:, :, :, ::1] dout, const Py_ssize_t[:, ::1] rows,
                     const Py_ssize_t[:, ::1] columns, summed[:, :, :, ::1] dx):
    """Add every number of ``dout``, in equal shares, to the cells of ``dx`` in its window."""
    cdef Py_ssize_t n, c, i, j, y, z
    cdef summed share
    with nogil:
        for n in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        share = <summed> dout[n, c, i, j] / (rows[i, 3] * columns[j, 3])
                        for y in range(rows[i, 0], rows[i, 1]):
                            for z in range(columns[j, 0], columns[j, 1]):
                                dx[n, c, y, z] += share


cdef inline Py_ssize_t first_maximum(const floating[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t c,
                                     Py_ssize_t i, Py_ssize_t j, const Py_ssize_t[:, ::1] rows,
                                     const Py_ssize_t[:, ::1] columns) noexcept nogil:
    """Index ``y * W + z`` of the first maximum, in row-major order, of window (i, j)."""
    cdef Py_ssize_t y = rows[i, 0], z = columns[j, 0], winner = y * x.shape[3] + z
    cdef floating value, best = x[n, c, y, z]
    while y < rows[i, 1]:
        z = columns[j, 0]
        while z < columns[j, 1]:
            value = x[n, c, y, z]
            if value > best or (value != value and best == best):
                best = value
                winner = y * x.shape[3] + z
            z += columns[j, 2]
        y += rows[i, 2]
    return winner
