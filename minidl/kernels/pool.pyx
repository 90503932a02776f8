"""Pooling over windows of any stride, padding and dilation, and a short way for 2 x 2 at stride 2.

Shapes used in this file: x is (N, C, H, W), out and dout are (N, C, H', W').  Line i of ``rows``
lists the first row of window (i, j) in the image, the row where it stops, the step from row to
row, and for an average how many rows count; ``columns`` does the same for j.  Padding is no part of
them, so it cannot win.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating
from minidl.kernels.blocks cimport steps
from minidl.kernels.pairs cimport (VECTOR_BYTES, search_doubles, search_floats, serve_doubles,
                                   serve_floats)

ctypedef fused summed:  # what sums are added up in, which may be wider than the numbers
    float
    double


def max_forward(const floating[:, :, :, ::1] x, const Py_ssize_t[:, ::1] rows,
                const Py_ssize_t[:, ::1] columns, floating[:, :, :, ::1] out):
    """Write the largest number of every window into ``out``; NaN counts as the largest."""
    cdef Py_ssize_t n, c, i, j
    cdef const floating *image
    with nogil:
        for n in range(out.shape[0]):
            for c in range(out.shape[1]):
                image = &x[n, c, 0, 0]
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        out[n, c, i, j] = image[
                            first_maximum(image, x.shape[3], &rows[i, 0], &columns[j, 0])]


def max_backward(const floating[:, :, :, ::1] dout, const floating[:, :, :, ::1] x,
                 const Py_ssize_t[:, ::1] rows, const Py_ssize_t[:, ::1] columns,
                 summed[:, :, :, ::1] dx):
    """Add every number of ``dout`` to the cell of ``dx`` that won its window."""
    cdef Py_ssize_t n, c, i, j, winner
    cdef const floating *image
    cdef summed *sums
    with nogil:
        for n in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                image, sums = &x[n, c, 0, 0], &dx[n, c, 0, 0]
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        winner = first_maximum(image, x.shape[3], &rows[i, 0], &columns[j, 0])
                        sums[winner] += dout[n, c, i, j]


def max_pairs_forward(const floating[:, :, :, ::1] x, floating[:, :, :, ::1] out):
    """Do what ``max_forward`` does for whole windows of 2 x 2 cells, one beside the other."""
    cdef Py_ssize_t n, c, i
    with nogil:
        for n in range(out.shape[0]):
            for c in range(out.shape[1]):
                for i in range(out.shape[2]):
                    find_winners(&x[n, c, 2 * i, 0], &x[n, c, 2 * i + 1, 0], &out[n, c, i, 0],
                                 out.shape[3])


def max_pairs_backward(const floating[:, :, :, ::1] dout, const floating[:, :, :, ::1] x,
                       floating[:, :, :, ::1] dx):
    """Write what ``max_backward`` adds up for such windows: every cell is in one at most."""
    cdef Py_ssize_t n, c, i, width = x.shape[3], end = x.shape[2] - x.shape[2] % 2
    with nogil:
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                for i in range(dout.shape[2]):
                    share_out(&dout[n, c, i, 0], dout.shape[3], &x[n, c, 2 * i, 0],
                              &x[n, c, 2 * i + 1, 0], &dx[n, c, 2 * i, 0],
                              &dx[n, c, 2 * i + 1, 0])
                if width % 2:
                    for i in range(end):
                        dx[n, c, i, width - 1] = 0
                if end < x.shape[2]:
                    for i in range(width):
                        dx[n, c, end, i] = 0


cdef void find_winners(const floating *upper, const floating *lower, floating *winners,
                       Py_ssize_t n_windows) noexcept nogil:
    """Search the windows of a row by vectors; the last ones again with those before them."""
    cdef Py_ssize_t j, k, few = VECTOR_BYTES // sizeof(floating)
    if 0 < few <= n_windows:
        for k in range(steps(n_windows, few)):
            j = min(k * few, n_windows - few)
            if floating is float:
                search_floats(upper + 2 * j, lower + 2 * j, winners + j)
            else:
                search_doubles(upper + 2 * j, lower + 2 * j, winners + j)
    else:
        search(upper, lower, winners, n_windows)


cdef void share_out(const floating *dout, Py_ssize_t n_windows, const floating *upper,
                    const floating *lower, floating *dx_upper, floating *dx_lower) noexcept nogil:
    """Serve the windows of a row, likewise."""
    cdef Py_ssize_t j, k, few = VECTOR_BYTES // sizeof(floating)
    if 0 < few <= n_windows:
        for k in range(steps(n_windows, few)):
            j = min(k * few, n_windows - few)
            if floating is float:
                serve_floats(dout + j, upper + 2 * j, lower + 2 * j, dx_upper + 2 * j,
                             dx_lower + 2 * j)
            else:
                serve_doubles(dout + j, upper + 2 * j, lower + 2 * j, dx_upper + 2 * j,
                              dx_lower + 2 * j)
    else:
        serve(dout, n_windows, upper, lower, dx_upper, dx_lower)


cdef inline void search(const floating *upper, const floating *lower, floating *winners,
                        Py_ssize_t n_windows) noexcept nogil:
    cdef Py_ssize_t j
    cdef floating best, other
    for j in range(n_windows):
        best, other = upper[2 * j], upper[2 * j + 1]
        best = pick(best, other, best, other)
        other = lower[2 * j]
        best = pick(best, other, best, other)
        other = lower[2 * j + 1]
        winners[j] = pick(best, other, best, other)


cdef inline void serve(const floating *dout, Py_ssize_t n_windows, const floating *upper,
                       const floating *lower, floating *dx_upper,
                       floating *dx_lower) noexcept nogil:
    """Hand every number of ``dout`` to the winner of its window; the last cell is asked first."""
    cdef Py_ssize_t j
    cdef floating first, second, third, fourth, best2, best3, left, zero = 0
    for j in range(n_windows):
        first, second = upper[2 * j], upper[2 * j + 1]
        third, fourth = lower[2 * j], lower[2 * j + 1]
        best2 = pick(first, second, first, second)
        best3 = pick(best2, third, best2, third)
        left = dout[j]
        dx_lower[2 * j + 1] = pick(best3, fourth, zero, left)
        left = pick(best3, fourth, left, zero)
        dx_lower[2 * j] = pick(best2, third, zero, left)
        left = pick(best2, third, left, zero)
        dx_upper[2 * j + 1] = pick(first, second, zero, left)
        dx_upper[2 * j] = pick(first, second, left, zero)


cdef inline floating pick(floating best, floating later, floating a, floating b) noexcept nogil:
    """Return a if ``best`` stays the maximum when ``later`` comes, b if not: NaN beats numbers.

    One comparison at a time can become a vector's; ``or`` between them would be a branch.
    """
    cdef floating by_size = a if later <= best else b
    return a if best != best else by_size


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


cdef inline Py_ssize_t first_maximum(const floating *image, Py_ssize_t width,
                                     const Py_ssize_t *rows,
                                     const Py_ssize_t *columns) noexcept nogil:
    """Index ``y * W + z`` of the first maximum, in row-major order, of a window."""
    cdef Py_ssize_t y = rows[0], z, winner = y * width + columns[0]
    cdef floating value, best = image[winner]
    while y < rows[1]:
        z = columns[0]
        while z < columns[1]:
            value = image[y * width + z]
            if value > best or (value != value and best == best):
                best = value
                winner = y * width + z
            z += columns[2]
        y += rows[2]
    return winner
