"""The product of two matrices, through the register tile of the convolutions.

NumPy's BLAS is as fast, and for large products the better choice; but it starts threads of its own
for products that take 30 microseconds, and waits for them, however busy the machine is.

Shapes used in this file: a is (M, K), b is (K, N), out is (M, N).  Kernels trust their callers.
"""

from cython cimport floating
from minidl.kernels.blocks cimport fill_with_zeros, move, move_and_add_row, steps, transpose
from minidl.kernels.tiles cimport BLOCK, meet
from minidl.kernels.vector cimport apart


def product(const floating[:, :] a, const Py_ssize_t[::1] rows, const Py_ssize_t[::1] terms,
            const floating[:, :] b, const floating[::1] bias, const Py_ssize_t[::1] lines,
            floating[:, ::1] panel, floating[:, ::1] sums, floating[:, ::1] out,
            Py_ssize_t first, Py_ssize_t last):
    """Write columns ``first`` to ``last - 1`` of ``a @ b + bias`` into ``out``.

    ``rows`` and ``terms`` are the offsets of the rows of ``a`` and of a block of its columns;
    ``bias`` may be empty.  Scratch: ``panel`` (BLOCK, 2 vectors), whose lines are ``lines`` apart,
    and ``sums`` (M, 2 vectors).
    """
    cdef Py_ssize_t k, block, term, n_terms, column, n, m, wide = panel.shape[1]
    with nogil:
        fill_with_zeros(&panel[0, 0], panel.shape[0] * wide)
        for k in range(steps(last - first, wide)):
            column = first + k * wide
            n = min(wide, last - column)
            for block in range(steps(a.shape[1], BLOCK)):
                term = block * BLOCK
                n_terms = min(<Py_ssize_t> BLOCK, a.shape[1] - term)
                pack(b, term, n_terms, column, n, panel)
                meet(&a[0, term], &rows[0], a.shape[0], &terms[0], n_terms, &panel[0, 0], wide,
                     &lines[0], n, &sums[0, 0], wide, block == 0)
            for m in range(a.shape[0]):
                if bias.shape[0]:
                    move_and_add_row(&out[m, column], &sums[m, 0], &bias[column], n)
                else:
                    move(&out[m, column], &sums[m, 0], n)


cdef apart pack(const floating[:, :] b, Py_ssize_t term, Py_ssize_t n_terms, Py_ssize_t column,
                Py_ssize_t n, floating[:, ::1] panel) noexcept nogil:
    """Copy a part of ``b`` into the panel, whichever way it lies in memory."""
    cdef Py_ssize_t i, j, size = sizeof(floating)
    if b.strides[1] == size:
        for i in range(n_terms):
            move(&panel[i, 0], &b[term + i, column], n)
    elif b.strides[0] == size:
        transpose(&b[term, column], n, n_terms, b.strides[1] // size, &panel[0, 0], panel.shape[1],
                  NULL)
    else:
        for i in range(n_terms):
            for j in range(n):
                panel[i, j] = b[term + i, column + j]
