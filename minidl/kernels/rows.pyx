"""Normalising rows of numbers: moments of columns for batches, whole passes for layers.

Shapes used in this file: x, out, dout and dx are (N, D); numbers of columns are (D,), and those of
rows (N,).  Sums and steps are in double precision, as in ``moments.pyx``.  Kernels trust their
callers; see ``conv.pyx``.
"""

from cython cimport floating
from libc.math cimport sqrt

from minidl.kernels.sums cimport LANES, folded, total


def column_moments(const floating[:, ::1] x, double[::1] means, double[::1] squares):
    """Write every column's mean, and the sum of the squared distances from it."""
    cdef Py_ssize_t n, d
    cdef double far
    with nogil:
        for d in range(x.shape[1]):
            means[d] = squares[d] = 0
        for n in range(x.shape[0]):
            for d in range(x.shape[1]):
                means[d] += x[n, d]
        for d in range(x.shape[1]):
            means[d] /= x.shape[0]
        for n in range(x.shape[0]):
            for d in range(x.shape[1]):
                far = x[n, d] - means[d]
                squares[d] += far * far


def column_products(const floating[:, ::1] dout, const floating[:, ::1] x, const double[::1] mean,
                    double[::1] totals, double[::1] along):
    """Write every column's sum of ``dout``, and that of ``dout * (x - mean)``."""
    cdef Py_ssize_t n, d
    with nogil:
        for d in range(x.shape[1]):
            totals[d] = along[d] = 0
        for n in range(x.shape[0]):
            for d in range(x.shape[1]):
                totals[d] += dout[n, d]
                along[d] += dout[n, d] * (x[n, d] - mean[d])


def layer_forward(const floating[:, ::1] x, const floating[::1] gamma, const floating[::1] beta,
                  double eps, double[::1] means, double[::1] inverse_stds,
                  floating[:, ::1] out):
    """Write every row, normalised, times ``gamma`` plus ``beta``, and what it was normalised by."""
    cdef Py_ssize_t n, d, n_columns = x.shape[1]
    cdef double mean, inverse_std
    with nogil:
        for n in range(x.shape[0]):
            mean = total(&x[n, 0], n_columns) / n_columns
            inverse_std = 1 / sqrt(squares_around(&x[n, 0], mean, n_columns) / n_columns + eps)
            means[n], inverse_stds[n] = mean, inverse_std
            for d in range(n_columns):
                out[n, d] = <floating> ((x[n, d] - mean) * (gamma[d] * inverse_std) + beta[d])


def layer_backward(const floating[:, ::1] dout, const floating[:, ::1] x,
                   const floating[::1] gamma, const double[::1] means,
                   const double[::1] inverse_stds, floating[:, ::1] dx, double[::1] dgamma,
                   double[::1] dbeta):
    """Write the gradient of every row, and add to those of ``gamma`` and ``beta``."""
    cdef Py_ssize_t n, d, n_columns = x.shape[1]
    cdef double mean, inverse_std, slope, shift
    with nogil:
        for n in range(x.shape[0]):
            mean, inverse_std = means[n], inverse_stds[n]
            for d in range(n_columns):
                dbeta[d] += dout[n, d]
                dgamma[d] += dout[n, d] * ((x[n, d] - mean) * inverse_std)
            through(&dout[n, 0], &x[n, 0], &gamma[0], mean, n_columns, &shift, &slope)
            shift *= inverse_std / n_columns
            slope *= inverse_std * inverse_std * inverse_std / n_columns
            for d in range(n_columns):
                dx[n, d] = <floating> (dout[n, d] * (gamma[d] * inverse_std)
                                       - (x[n, d] - mean) * slope - shift)


cdef double squares_around(const floating *x, double mean, Py_ssize_t n) noexcept nogil:
    cdef double[LANES] lanes = [0, 0, 0, 0, 0, 0, 0, 0]
    cdef Py_ssize_t i, k, rounds = n // LANES
    for i in range(rounds):
        for k in range(LANES):
            lanes[k] += (x[i * LANES + k] - mean) * (x[i * LANES + k] - mean)
    for i in range(rounds * LANES, n):
        lanes[0] += (x[i] - mean) * (x[i] - mean)
    return folded(lanes)


cdef void through(const floating *dout, const floating *x, const floating *gamma, double mean,
                  Py_ssize_t n, double *through_mean, double *through_variance) noexcept nogil:
    """Sum up ``dout * gamma``, and that times ``x - mean``."""
    cdef double[LANES] plain = [0, 0, 0, 0, 0, 0, 0, 0]
    cdef double[LANES] along = [0, 0, 0, 0, 0, 0, 0, 0]
    cdef Py_ssize_t i, k, at, rounds = n // LANES
    cdef double weighted
    for i in range(rounds):
        for k in range(LANES):
            at = i * LANES + k
            weighted = <double> dout[at] * gamma[at]
            plain[k] += weighted
            along[k] += weighted * (x[at] - mean)
    for i in range(rounds * LANES, n):
        weighted = <double> dout[i] * gamma[i]
        plain[0] += weighted
        along[0] += weighted * (x[i] - mean)
    through_mean[0], through_variance[0] = folded(plain), folded(along)
