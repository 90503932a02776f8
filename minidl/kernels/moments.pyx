"""Means, squares and products over planes, and what is done to every number of a plane with them.

Shapes used in this file: x, out, dout and dx are (N, C, I): the I pixels of a channel of an image
are its plane.  Numbers of planes are (N, C), and those that go in may be (1, C), the same for every
image.  Sums and steps are in double precision, also on float32: a mean that is large against the
deviation would otherwise take the digits with it; plain sums begin in their own.
Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating

from minidl.kernels.blocks cimport steps
from minidl.kernels.sums cimport LANES, folded, total

cdef enum:
    WIDE = 32  # running sums side by side in :func:`add_up`: some vectors of floats
    ROUNDS = 16  # numbers that such a sum adds up in their own precision


def moments(const floating[:, :, ::1] x, double[:, ::1] means, double[:, ::1] squares):
    """Write every plane's mean, and the sum of the squared distances from it."""
    cdef Py_ssize_t n, c
    with nogil:
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                means[n, c] = total(&x[n, c, 0], x.shape[2]) / x.shape[2]
                squares[n, c] = product(&x[n, c, 0], means[n, c], &x[n, c, 0], means[n, c],
                                        x.shape[2])


def channel_sums(const floating[:, :, ::1] dout, double[::1] sums):
    """Write the sum of every channel over all images."""
    cdef Py_ssize_t n, c, k
    cdef double[WIDE] lanes
    with nogil:
        for c in range(dout.shape[1]):
            for k in range(WIDE):
                lanes[k] = 0
            for n in range(dout.shape[0]):
                add_up(&dout[n, c, 0], dout.shape[2], lanes)
            sums[c] = 0
            for k in range(WIDE):
                sums[c] += lanes[k]


def products(const floating[:, :, ::1] dout, const floating[:, :, ::1] x,
             const double[:, ::1] mean, double[:, ::1] totals, double[:, ::1] along):
    """Write every plane's sum of ``dout``, and that of ``dout * (x - mean)``."""
    cdef Py_ssize_t n, c, shared = mean.shape[0] == 1
    with nogil:
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                totals[n, c] = total(&dout[n, c, 0], x.shape[2])
                along[n, c] = product(&dout[n, c, 0], 0, &x[n, c, 0],
                                      mean[0 if shared else n, c], x.shape[2])


def normalise(const floating[:, :, ::1] x, const double[:, ::1] mean, const double[:, ::1] scale,
              const double[:, ::1] shift, floating[:, :, ::1] out):
    """Write ``(x - mean) * scale + shift``."""
    cdef Py_ssize_t n, c, i, row
    cdef const floating *numbers
    cdef floating *results
    cdef double m, s, t
    with nogil:
        for n in range(x.shape[0]):
            row = 0 if mean.shape[0] == 1 else n
            if x.shape[2] == 1:
                normalise_row(&x[n, 0, 0], &mean[row, 0], &scale[row, 0], &shift[row, 0],
                              &out[n, 0, 0], x.shape[1])
                continue
            for c in range(x.shape[1]):
                numbers, results = &x[n, c, 0], &out[n, c, 0]
                m, s, t = mean[row, c], scale[row, c], shift[row, c]
                for i in range(x.shape[2]):
                    results[i] = <floating> ((numbers[i] - m) * s + t)


def combine(const floating[:, :, ::1] dout, const floating[:, :, ::1] x,
            const double[:, ::1] mean, const double[:, ::1] scale, const double[:, ::1] slope,
            const double[:, ::1] shift, floating[:, :, ::1] dx):
    """Write ``dout * scale + (x - mean) * slope + shift``."""
    cdef Py_ssize_t n, c, i, row
    cdef const floating *upstream
    cdef const floating *numbers
    cdef floating *results
    cdef double m, a, b, t
    with nogil:
        for n in range(x.shape[0]):
            row = 0 if mean.shape[0] == 1 else n
            if x.shape[2] == 1:
                combine_row(&dout[n, 0, 0], &x[n, 0, 0], &mean[row, 0], &scale[row, 0],
                            &slope[row, 0], &shift[row, 0], &dx[n, 0, 0], x.shape[1])
                continue
            for c in range(x.shape[1]):
                upstream, numbers, results = &dout[n, c, 0], &x[n, c, 0], &dx[n, c, 0]
                m, a, b, t = mean[row, c], scale[row, c], slope[row, c], shift[row, c]
                for i in range(x.shape[2]):
                    results[i] = <floating> (upstream[i] * a + (numbers[i] - m) * b + t)


cdef void normalise_row(const floating *x, const double *mean, const double *scale,
                        const double *shift, floating *out, Py_ssize_t n_channels) noexcept nogil:
    """Channels of one pixel each lie side by side, as pixels do otherwise."""
    cdef Py_ssize_t c
    for c in range(n_channels):
        out[c] = <floating> ((x[c] - mean[c]) * scale[c] + shift[c])


cdef void combine_row(const floating *dout, const floating *x, const double *mean,
                      const double *scale, const double *slope, const double *shift,
                      floating *dx, Py_ssize_t n_channels) noexcept nogil:
    cdef Py_ssize_t c
    for c in range(n_channels):
        dx[c] = <floating> (dout[c] * scale[c] + (x[c] - mean[c]) * slope[c] + shift[c])


cdef double product(const floating *a, double from_a, const floating *b, double from_b,
                    Py_ssize_t n) noexcept nogil:
    """Return the sum of ``(a - from_a) * (b - from_b)``."""
    cdef double[LANES] lanes = [0, 0, 0, 0, 0, 0, 0, 0]
    cdef Py_ssize_t i, k, rounds = n // LANES
    for i in range(rounds):
        for k in range(LANES):
            lanes[k] += (a[i * LANES + k] - from_a) * (b[i * LANES + k] - from_b)
    for i in range(rounds * LANES, n):
        lanes[0] += (a[i] - from_a) * (b[i] - from_b)
    return folded(lanes)


cdef void add_up(const floating *x, Py_ssize_t n, double *lanes) noexcept nogil:
    """Add n numbers to WIDE sums in double precision, by way of short sums in their own."""
    cdef floating[WIDE] few
    cdef Py_ssize_t i, k, block, first, rounds = n // WIDE
    for block in range(steps(rounds, ROUNDS)):
        first = block * ROUNDS
        for k in range(WIDE):
            few[k] = 0
        for i in range(first, min(first + ROUNDS, rounds)):
            for k in range(WIDE):
                few[k] += x[i * WIDE + k]
        for k in range(WIDE):
            lanes[k] += few[k]
    first = rounds * WIDE
    for k in range(n - first):
        lanes[k] += x[first + k]
