"""The matrix products of a fully connected layer: by a kernel of ours, or by NumPy's BLAS."""

import math

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.planes import BLOCK, lanes_of, multiples
from minidl.scratch import scratch
from minidl.threads import SPLIT_ABOVE, for_each, get_num_threads, over_images, parts_of

BLAS_ABOVE = 1 << 30  # multiply-adds: matrices that no cache holds, for which BLAS is made
PARTS = 2  # of the columns for each thread
ROWS = 2048  # at a time, for which a thread has scratch memory


def product(a, b, bias=None):
    """Return ``a @ b + bias`` of two matrices and perhaps a row, all of one float dtype.

    Parameters
    ----------
    a : ndarray of shape (M, K)
    b : ndarray of shape (K, N)
    bias : ndarray of shape (N,), optional

    Returns
    -------
    out : ndarray of shape (M, N)
        In memory that may have been used before.
    """
    a, b = _aligned(a), _aligned(b)
    if bias is not None:
        bias = np.require(bias, requirements="CA")
    return product_of(a, b)(a, b, bias)


def product_of(a, b):
    """Plan products of matrices that lie in memory as these do: ``run(a, b, bias)``.

    BLAS has threads of its own, which it starts for products of 30 microseconds; when another
    process, or another library's waiting thread, holds a core, such a product can take a thousand
    times as long.  So only products that it leaves to one thread go there, and very large ones.
    """
    (n_rows, n_terms), n_columns, dtype = a.shape, b.shape[1], a.dtype
    new, work = memory.allocator((n_rows, n_columns), dtype), n_rows * n_terms * n_columns
    if work <= _done_by_one_thread(a.shape, b.shape) or work > BLAS_ABOVE:
        return _by_blas(new)
    if n_rows == 1:
        return _by_row(new, b.strides, work, dtype)
    if n_columns == 1:
        by_row = _by_row(memory.allocator((1, n_rows), dtype), a.strides[::-1], work, dtype)
        shape = n_rows, 1
        return lambda a, b, bias: by_row(
            b.T, a.T, None if bias is None else bias.repeat(n_rows)
        ).reshape(shape)
    if n_terms == 1:
        return _by_outer(new, dtype)
    return _by_panels(new, a.shape, a.strides, n_columns, dtype)


def _by_blas(new):
    def run(a, b, bias):
        out = new()
        np.dot(a, b, out=out)
        if bias is not None:
            out += bias
        return out

    return run


def _by_outer(new, dtype):
    kernel = kernels.of(kernels.vectors.outer, dtype)

    def run(a, b, bias):
        out = new()
        kernel(a.ravel(), b.ravel(), out)
        if bias is not None:
            out += bias
        return out

    return run


def _by_row(new, strides, work, dtype):
    """Plan the product of one row with a matrix, read as it lies in memory: by rows or columns."""
    by_rows = strides[1] == dtype.itemsize
    lies_well = by_rows or strides[0] == dtype.itemsize
    by_rows = by_rows or not lies_well
    vectors = kernels.vectors
    kernel = kernels.of(vectors.weighted_rows if by_rows else vectors.dots, dtype)
    no_bias = np.zeros(0, dtype)

    def whole(v, m, bias, out):
        kernel(v, m if by_rows else m.T, bias, out)

    def in_parts(v, m, bias, out):
        over_images(
            lambda start, stop: whole(v, m[:, start:stop], bias[start:stop], out[start:stop]),
            len(out),
            work,
        )

    multiply = whole if work < SPLIT_ABOVE else in_parts

    def run(a, b, bias):
        out = new()
        m = b if lies_well else np.ascontiguousarray(b)
        multiply(a.ravel(), m, no_bias if bias is None else bias, out.ravel())
        return out

    return run


def _by_panels(new, a_shape, a_strides, n_columns, dtype):
    """Plan a product by the register tile, some rows at a time, columns split among threads."""
    n_rows, n_terms = a_shape
    wide, work = 2 * lanes_of(dtype), n_rows * n_terms * n_columns
    row_step, term_step = (step // dtype.itemsize for step in a_strides)
    rows, terms = multiples(row_step, min(n_rows, ROWS)), multiples(term_step, BLOCK)
    lines, no_bias = multiples(wide, BLOCK), np.zeros(0, dtype)
    some_rows, n_panels = parts_of(n_rows, -(-n_rows // ROWS)), -(-n_columns // wide)
    kernel = kernels.of(kernels.matrices.product, dtype)

    def multiply(a, b, bias, out, first, last):
        panel = scratch("panel of a product", (BLOCK, wide), dtype)
        sums = scratch("sums of a product", (len(rows), wide), dtype)
        last = min(last * wide, n_columns)
        kernel(a, rows, terms, b, bias, lines, panel, sums, out, first * wide, last)

    def run(a, b, bias):
        out, bias = new(), no_bias if bias is None else bias
        if work < SPLIT_ABOVE and len(some_rows) == 1:
            multiply(a, b, bias, out, 0, n_panels)
            return out
        n_parts = PARTS * get_num_threads() if work >= SPLIT_ABOVE else 1
        parts = [(some, few) for some in some_rows for few in parts_of(n_panels, n_parts)]

        def run_part(k):
            (start, stop), few = parts[k]
            multiply(a[start:stop], b, bias, out[start:stop], *few)

        for_each(run_part, len(parts), work)
        return out

    return run


def as_rows(array):
    """Return an array as a matrix with a row for each entry of its first axis."""
    return array.reshape(len(array), math.prod(array.shape[1:]))


def _done_by_one_thread(a_shape, b_shape):
    """Return up to how many multiply-adds go to OpenBLAS, which then starts no thread.

    None with a vector: such a product is too short for code that nothing else has called.
    """
    return 0 if 1 in a_shape or 1 in b_shape else 1 << 18


def _aligned(matrix):
    """Return the matrix itself, or a copy if its numbers lie at odd places, as in a record."""
    odd = matrix.strides[0] % matrix.itemsize or matrix.strides[1] % matrix.itemsize
    return np.array(matrix, order="C") if odd or not matrix.flags.aligned else matrix
