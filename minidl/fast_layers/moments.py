"""What normalising layers share on checked arguments, through the compiled kernels.

Arrays are seen as (N, C, I): images, channels, and the I pixels of a channel, its plane.  Numbers
of planes are float64 and have shape (N, C), or (1, C) if images share them.
"""

import math

import numpy as np

from minidl import kernels, memory
from minidl.threads import over_images

WORK = 8  # multiply-adds that take as long as a step of one number through memory


def planes(array):
    """Return an array (N, C, ...) as contiguous (N, C, I)."""
    array = np.ascontiguousarray(array)
    return array.reshape(*array.shape[:2], math.prod(array.shape[2:]))


def plane_moments(x):
    """Return every plane's mean, and the sum of its squared distances from it: (N, C) each.

    One pixel has none; then one row of zeros stands for all images.
    """
    if x.shape[2] == 1:
        return x[:, :, 0].astype(np.float64), np.zeros((1, x.shape[1]))
    means, squares = np.empty((2, *x.shape[:2]))

    def run(start, stop):
        kernels.moments.moments(x[start:stop], means[start:stop], squares[start:stop])

    over_images(run, len(x), x.size * WORK)
    return means, squares


def plane_products(dout, x, mean):
    """Return every plane's sum of ``dout``, and that of ``dout * (x - mean)``: (N, C) each."""
    if x.shape[2] == 1:
        totals = dout[:, :, 0].astype(np.float64)
        return totals, totals * (x[:, :, 0] - mean)
    totals, along = np.empty((2, *x.shape[:2]))

    def run(start, stop):
        own = _of(mean, start, stop), totals[start:stop], along[start:stop]
        kernels.moments.products(dout[start:stop], x[start:stop], *own)

    over_images(run, len(x), x.size * WORK)
    return totals, along


def channel_moments(x):
    """Return every channel's mean and variance over images and pixels.

    Every plane has a mean and squares of its own; those of a channel follow from them by the law
    of total variance: the mean of the variances plus the variance of the means.
    """
    if x.shape[2] == 1:
        mean, squares = np.empty((2, x.shape[1]))
        kernels.rows.column_moments(x[:, :, 0], mean, squares)
        return mean, squares / len(x)
    means, squares = plane_moments(x)
    mean = means.mean(axis=0)
    means -= mean
    between = np.einsum("nc,nc->c", means, means) / len(x)
    return mean, squares.mean(axis=0) / x.shape[2] + between


def channel_products(dout, x, mean):
    """Return every channel's sum of ``dout``, and that of ``dout * (x - mean)``: (C,) each."""
    if x.shape[2] == 1:
        totals, along = np.empty((2, x.shape[1]))
        kernels.rows.column_products(dout[:, :, 0], x[:, :, 0], mean, totals, along)
        return totals, along
    return [sums.sum(axis=0) for sums in plane_products(dout, x, mean[None])]


def normalise(x, mean, scale, shift):
    """Return ``(x - mean) * scale + shift``."""
    out = memory.empty(x.shape, x.dtype)

    def run(start, stop):
        numbers = (_of(number, start, stop) for number in (mean, scale, shift))
        kernels.moments.normalise(x[start:stop], *numbers, out[start:stop])

    over_images(run, len(x), x.size * WORK)
    return out


def combine(dout, x, mean, scale, slope, shift):
    """Return ``dout * scale + (x - mean) * slope + shift``."""
    dx = memory.empty(x.shape, x.dtype)

    def run(start, stop):
        numbers = (_of(number, start, stop) for number in (mean, scale, slope, shift))
        kernels.moments.combine(dout[start:stop], x[start:stop], *numbers, dx[start:stop])

    over_images(run, len(x), x.size * WORK)
    return dx


def _of(numbers, start, stop):
    """Return the numbers of images ``start`` to ``stop - 1``."""
    return numbers if len(numbers) == 1 else numbers[start:stop]
