"""Max pooling over any window, stride and padding.

Shapes used in this file: x is (N, C, H, W), out and dout are (N, C, H', W').  ``grid`` lists
kernel_h, kernel_w, stride_h, stride_w, pad_top and pad_left.  Padding is never looked at: a window
is clipped to the image, so padding cannot win.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating


def max_forward(const floating[:, :, :, ::1] x, const Py_ssize_t[::1] grid,
                floating[:, :, :, ::1] out):
    """Write the largest number of every window into ``out``; NaN counts as the largest."""
    cdef Py_ssize_t n, c, i, j, winner
    with nogil:
        for n in range(out.shape[0]):
            for c in range(out.shape[1]):
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        winner = first_maximum(x, n, c, i, j, grid)
                        out[n, c, i, j] = x[n, c, winner // x.shape[3], winner % x.shape[3]]


def max_backward(const floating[:, :, :, ::1] dout, const floating[:, :, :, ::1] x,
                 const Py_ssize_t[::1] grid, floating[:, :, :, ::1] dx):
    """Add every number of ``dout`` to the cell of ``dx`` that won its window."""
    cdef Py_ssize_t n, c, i, j, winner
    with nogil:
        for n in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                for i in range(dout.shape[2]):
                    for j in range(dout.shape[3]):
                        winner = first_maximum(x, n, c, i, j, grid)
                        dx[n, c, winner // x.shape[3], winner % x.shape[3]] += dout[n, c, i, j]


cdef inline Py_ssize_t first_maximum(const floating[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t c,
                                     Py_ssize_t i, Py_ssize_t j,
                                     const Py_ssize_t[::1] grid) noexcept nogil:
    """Index ``y * W + z`` of the first maximum, in row-major order, of window (i, j)."""
    cdef Py_ssize_t top = i * grid[2] - grid[4], left = j * grid[3] - grid[5]
    cdef Py_ssize_t bottom = min(top + grid[0], x.shape[2])
    cdef Py_ssize_t right = min(left + grid[1], x.shape[3])
    cdef Py_ssize_t y, z, winner
    cdef floating best, value
    top, left = max(top, 0), max(left, 0)
    winner = top * x.shape[3] + left
    best = x[n, c, top, left]
    for y in range(top, bottom):
        for z in range(left, right):
            value = x[n, c, y, z]
            if value > best or (value != value and best == best):
                best = value
                winner = y * x.shape[3] + z
    return winner
