"""The names of CS231n's compiled im2col, for code that imports them; :mod:`minidl.im2col` does it.

The course builds its fast layers on these three functions; minidl's fast layers need no im2col.
"""

import math

from minidl.geometry import integer, real_array, require_shape
from minidl.im2col import col2im_indices, im2col_indices


def im2col_cython(x, field_height, field_width, padding, stride):
    """Copy every window of every image into a column; see :func:`minidl.im2col.im2col_indices`.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
    field_height, field_width, padding, stride : int

    Returns
    -------
    cols : ndarray of shape (C * field_height * field_width, H' * W' * N)
    """
    return im2col_indices(x, field_height, field_width, padding, stride)


def col2im_cython(cols, N, C, H, W, field_height, field_width, padding, stride):
    """Add every column back to its window; see :func:`minidl.im2col.col2im_indices`.

    Parameters
    ----------
    cols : ndarray of shape (C * field_height * field_width, H' * W' * N)
    N, C, H, W : int
        Shape of the images.
    field_height, field_width, padding, stride : int

    Returns
    -------
    x : ndarray of shape (N, C, H, W)
    """
    return col2im_indices(cols, (N, C, H, W), field_height, field_width, padding, stride)


def col2im_6d_cython(cols, N, C, H, W, HH, WW, pad, stride):
    """Add columns with six axes back to their windows; here the images do not run fastest.

    Parameters
    ----------
    cols : ndarray of shape (C, HH, WW, N, H', W')
    N, C, H, W : int
        Shape of the images.
    HH, WW, pad, stride : int

    Returns
    -------
    x : ndarray of shape (N, C, H, W)
    """
    op = "col2im_6d_cython"
    cols = real_array(op, "cols", cols)
    sizes = [integer(op, name, size, 1) for name, size in (("C", C), ("HH", HH), ("WW", WW))]
    sizes.append(integer(op, "N", N, 0))
    require_shape(op, "cols", cols, (*sizes, *cols.shape[4:6]), "(C, HH, WW, N, H', W')")
    n_windows = math.prod(cols.shape[3:])
    flat = cols.transpose(0, 1, 2, 4, 5, 3).reshape(math.prod(sizes[:3]), n_windows)
    return col2im_indices(flat, (N, C, H, W), HH, WW, pad, stride)
