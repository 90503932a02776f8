"""Convolution again, in Cython: the same loops, compiled.

``const floating[:, :, :, :] x`` is a typed memoryview: an array of four axes of float32 or
float64, of which Cython makes one version each (``floating`` stands for both).  To read or write
``x[n, c, i, j]`` is then one instruction, if all indices are C integers too: declare them by
``cdef Py_ssize_t``.  A slice such as ``x[n]`` is not free, so keep slices out of the inner loops.

The loops are fast once nothing in them is a Python object.  ``cython -a fast_convolution.pyx``
writes a page in which every line that still talks to Python is yellow.
"""

import numpy as np

from cython cimport floating


def conv_forward_fast(
    const floating[:, :, :, :] x,
    const floating[:, :, :, :] w,
    const floating[:] b,
    Py_ssize_t stride,
    Py_ssize_t pad,
):
    """Slide a bank of filters over a batch of images, quickly.

    ``out[n, f, i, j] = b[f] + sum(w[f] * window(n, i, j))``, exactly what ``conv_forward`` of
    ``convolution.py`` computes, where every parameter is explained.  It is marked by what it
    returns, and by how many times faster than those loops it is.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    w : ndarray of shape (F, C, HH, WW)
    b : ndarray of shape (F,)
    stride, pad : int

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
        In the dtype of ``x``, with ``H' = 1 + (H + 2 * pad - HH) // stride``, and ``W'`` likewise.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv_forward_fast(x, np.ones((1, 1, 2, 2)), np.array([10.0]), 1, 0)
    array([[[[18., 22.],
             [30., 34.]]]])
    """
    # 1. Make the result, and a view of it:  cdef floating[:, :, :, ::1] out = np.empty(...)
    #    np.asarray(x).dtype is the dtype.  Pad by NumPy, or skip taps outside of the image.
    # 2. Loop over n, f, i, j, and inside over c, u, v: tap (u, v) of channel c.  Add up in a
    #    variable of C, and write it to `out` once.
    # 3. Return an array: np.asarray(out).
    ### BEGIN SOLUTION
    padding = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    cdef const floating[:, :, :, ::1] padded = np.pad(np.ascontiguousarray(x), padding)
    cdef const floating[:, :, :, ::1] filters = np.ascontiguousarray(w)
    cdef Py_ssize_t n_channels = w.shape[1], kernel_h = w.shape[2], kernel_w = w.shape[3]
    cdef Py_ssize_t out_h = 1 + (padded.shape[2] - kernel_h) // stride
    cdef Py_ssize_t out_w = 1 + (padded.shape[3] - kernel_w) // stride
    shape = x.shape[0], w.shape[0], out_h, out_w
    cdef floating[:, :, :, ::1] out = np.empty(shape, dtype=np.asarray(x).dtype)
    cdef Py_ssize_t n, f, c, i, j, u, v
    cdef floating total
    for n in range(out.shape[0]):
        for f in range(out.shape[1]):
            for i in range(out_h):
                for j in range(out_w):
                    total = b[f]
                    for c in range(n_channels):
                        for u in range(kernel_h):
                            for v in range(kernel_w):
                                total += (
                                    padded[n, c, i * stride + u, j * stride + v]
                                    * filters[f, c, u, v]
                                )
                    out[n, f, i, j] = total
    return np.asarray(out)
    ### END SOLUTION
