"""The matrix products of a fully connected layer: by a kernel of ours, or by NumPy's BLAS."""

import math

import numpy as np

from minidl import kernels, memory
from minidl.fast_layers.planes import BLOCK, lanes_of, multiples
from minidl.geometry import affine_backward_geometry
from minidl.threads import (
    SPLIT_ABOVE,
    for_each,
    get_num_threads,
    over_images,
    parts_of,
    scratch,
)

BLAS_ABOVE = 1 << 30  # multiply-adds: matrices that no cache holds, for which BLAS is made
PARTS = 2  # of the columns for each thread
ROWS = 2048  # at a time, for which a thread has scratch memory

_NO_BIAS = {kind: np.zeros(0, kind) for kind in (np.dtype("float32"), np.dtype("float64"))}


def gradients(dout, cache, input_gradient=True, outputs_first=False):
    """Return the gradients of a fully connected layer as its backward pass does.

    Parameters
    ----------
    dout, cache, input_gradient
        As :func:`~minidl.layers.affine.affine_backward` takes them.
    outputs_first : bool
        Whether one output's part of ``dw`` lies together in memory, rather than one input's: so a
        net keeps its weights, and their transpose is what it hands to the layer.
    """
    g = affine_backward_geometry("affine_backward", dout, cache)
    dx = product(g.dout, g.w.T).reshape(g.x_shape) if input_gradient else None
    dw = product(g.dout.T, g.rows).T if outputs_first else product(g.rows.T, g.dout)
    db = None if g.b is None else g.dout.sum(axis=0)
    return dx, dw, db


def product(a, b, bias=None):
    """Return ``a @ b + bias`` of two matrices and perhaps a row, all of one float dtype.

    BLAS has threads of its own, which it starts for products of 30 microseconds; when another
    process, or another library's waiting thread, holds a core, such a product can take a thousand
    times as long.  So only products that it leaves to one thread go there, and very large ones.

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
    (n_rows, n_terms), n_columns = a.shape, b.shape[1]
    out = memory.empty((n_rows, n_columns), a.dtype)
    work = n_rows * n_terms * n_columns
    if work <= _done_by_one_thread(a.shape, b.shape) or work > BLAS_ABOVE:
        np.dot(a, b, out=out)
        if bias is not None:
            out += bias
        return out
    a, b = _aligned(a), _aligned(b)
    if n_rows == 1:
        _vector_times_matrix(a[0], b, bias, out[0])
        return out
    if n_columns == 1:
        _vector_times_matrix(b[:, 0], a.T, None if bias is None else bias.repeat(n_rows), out[:, 0])
        return out
    if n_terms == 1 and bias is None:
        kernels.vectors.outer(np.ascontiguousarray(a[:, 0]), np.ascontiguousarray(b[0]), out)
        return out
    wide = 2 * lanes_of(a.dtype)
    row_step, term_step = (step // a.itemsize for step in a.strides)
    rows, terms = multiples(row_step, min(n_rows, ROWS)), multiples(term_step, BLOCK)
    lines = multiples(wide, BLOCK)
    bias = _NO_BIAS[a.dtype] if bias is None else np.require(bias, requirements="CA")

    def run(k):
        (start, stop), (first, last) = parts[k]
        panel = scratch("panel of a product", (BLOCK, wide), a.dtype)
        sums = scratch("sums of a product", (len(rows), wide), a.dtype)
        kernels.matrices.product(
            *(a[start:stop], rows, terms, b, bias, lines, panel, sums, out[start:stop]),
            *(first * wide, min(last * wide, n_columns)),
        )

    n_parts = PARTS * get_num_threads() if work >= SPLIT_ABOVE else 1
    columns = parts_of(-(-n_columns // wide), n_parts)
    parts = [(some, few) for some in parts_of(n_rows, -(-n_rows // ROWS)) for few in columns]
    for_each(run, len(parts), work)
    return out


def _vector_times_matrix(v, m, bias, out):
    """Write ``v @ m + bias``, read as ``m`` lies in memory: by rows, or else by columns."""
    v, bias = (
        np.ascontiguousarray(v),
        _NO_BIAS[v.dtype] if bias is None else np.require(bias, requirements="CA"),
    )
    by_rows = m.strides[1] == m.itemsize
    if not by_rows and m.strides[0] != m.itemsize:
        m, by_rows = np.ascontiguousarray(m), True

    def run(start, stop):
        own = bias[start:stop]
        if by_rows:
            kernels.vectors.weighted_rows(v, m[:, start:stop], own, out[start:stop])
        else:
            kernels.vectors.dots(v, m.T[start:stop], own, out[start:stop])

    over_images(run, len(out), m.size)


def as_rows(array):
    """Return an array as a matrix with a row for each entry of its first axis."""
    return array.reshape(len(array), math.prod(array.shape[1:]))


def _done_by_one_thread(a_shape, b_shape):
    """Return up to how many multiply-adds OpenBLAS starts no thread: with a vector it is fewer."""
    return 1 << 13 if 1 in a_shape or 1 in b_shape else 1 << 18


def _aligned(matrix):
    """Return the matrix itself, or a copy if its numbers lie at odd places, as in a record."""
    odd = matrix.strides[0] % matrix.itemsize or matrix.strides[1] % matrix.itemsize
    return np.array(matrix, order="C") if odd or not matrix.flags.aligned else matrix
