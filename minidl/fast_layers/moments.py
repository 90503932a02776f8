"""Sums over pixels and whole-array steps on checked arguments, which normalising layers share.

Arrays are seen as (N, C, I): images, channels, and the I pixels of a channel, which lie together.
Statistics are float64.  A mean of float32 data is taken away as the nearest float32 number, in one
step over the array; the rest of it, below a rounding of the mean, goes into what is added at last.
"""

import numpy as np

BLOCK = 4096  # terms of a sum in the arrays' own precision; blocks are added up in float64


def pixels(array):
    """Return an array (N, C, ...) as contiguous (N, C, I)."""
    array = np.ascontiguousarray(array)
    return array.reshape(*array.shape[:2], int(np.prod(array.shape[2:])))


def plane_sums(a, b=None):
    """Return the float64 sums over pixels of ``a``, or of ``a * b``: (N, C)."""
    n_pixels = a.shape[2]
    if n_pixels == 1:
        return (a if b is None else a * b)[:, :, 0].astype(np.float64)
    sums = np.zeros(a.shape[:2])
    for first in range(0, n_pixels, BLOCK):
        block = (slice(None), slice(None), slice(first, first + BLOCK))
        sums += a[block].sum(axis=2) if b is None else np.einsum("nci,nci->nc", a[block], b[block])
    return sums


def part(mean, dtype):
    """Return ``mean`` as its nearest number of ``dtype``, and what is left of it."""
    centre = mean.astype(dtype)
    # An infinite mean leaves nothing: everything is NaN or infinite with it.
    return centre, np.where(np.isfinite(mean), mean, 0) - np.where(np.isfinite(mean), centre, 0)


def along(planes, coefficients):
    """Return float64 coefficients of planes, (C,) or (N, C), in the dtype and shape to multiply."""
    return coefficients.astype(planes.dtype)[..., None]


def times(rest, factor):
    """Return ``rest * factor``, and 0 where there is no rest, whatever the factor."""
    return np.where(rest == 0, 0, rest * factor)
