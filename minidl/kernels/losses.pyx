"""Losses of classes, row by row, with their gradient.

Shapes used in this file: scores x and their gradient dx are (N, C), labels are (N,).  Sums are in
double precision.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating
from libc.math cimport log

from minidl.kernels.exponential cimport exp_minus
from minidl.kernels.sums cimport LANES, total


def are_classes(const Py_ssize_t[::1] labels, Py_ssize_t n_classes):
    """Return whether every label is from 0 to ``n_classes - 1``."""
    cdef Py_ssize_t n
    cdef bint wrong = False
    with nogil:
        for n in range(labels.shape[0]):
            wrong |= labels[n] < 0 or labels[n] >= n_classes
    return not wrong


def softmax(const floating[:, ::1] x, const Py_ssize_t[::1] labels, floating[:, ::1] dx):
    """Write the gradient of the mean loss into ``dx``, and return the sum of the losses."""
    cdef Py_ssize_t n, c
    cdef double loss = 0
    cdef floating largest, divisor, n_images = x.shape[0]
    with nogil:
        for n in range(x.shape[0]):
            largest = x[n, 0]
            for c in range(1, x.shape[1]):
                largest = x[n, c] if x[n, c] > largest else largest
            for c in range(x.shape[1]):
                dx[n, c] = largest - x[n, c]
            loss += dx[n, labels[n]]
        if x.shape[0] > 0:
            exponentials(&dx[0, 0], x.shape[0] * x.shape[1])
        for n in range(x.shape[0]):
            divisor = row_total(&dx[n, 0], x.shape[1])
            loss += log(divisor)
            for c in range(x.shape[1]):
                dx[n, c] /= divisor
            dx[n, labels[n]] -= 1
            for c in range(x.shape[1]):
                dx[n, c] /= n_images
    return loss


def svm(const floating[:, ::1] x, const Py_ssize_t[::1] labels, floating[:, ::1] dx):
    """Write the gradient of the mean loss into ``dx``, and return the sum of the losses."""
    cdef Py_ssize_t n, label, n_classes = x.shape[1], n_pushed
    cdef double loss = 0
    cdef floating share = <floating> (1 / <double> max(x.shape[0], 1))
    with nogil:
        for n in range(x.shape[0]):
            label, n_pushed = labels[n], 0
            loss += hinge(&x[n, 0], 0, label, x[n, label], share, &dx[n, 0], &n_pushed)
            loss += hinge(&x[n, 0], label + 1, n_classes, x[n, label], share, &dx[n, 0], &n_pushed)
            dx[n, label] = <floating> (-n_pushed / <double> x.shape[0])
    return loss


cdef double hinge(const floating *scores, Py_ssize_t start, Py_ssize_t stop, floating right,
                  floating share, floating *dx, Py_ssize_t *n_pushed) noexcept nogil:
    """Return the sum of the margins of wrong classes, and count those that are pushed down."""
    cdef Py_ssize_t c, n = 0
    cdef double loss = 0
    cdef floating margin, one = 1
    for c in range(start, stop):
        margin = scores[c] - right + one
        loss += 0 if margin <= 0 else margin  # NaN is not: it counts
        dx[c] = 0 if margin <= 0 else share
        n += not margin <= 0
    n_pushed[0] += n
    return loss


cdef inline floating row_total(const floating *x, Py_ssize_t n) noexcept nogil:
    """Add a row up; a short one in NumPy's order.

    The loss of a right answer is the logarithm of a total just above 1, of which the definition
    has a few digits alone: those of its own roundings.
    """
    cdef floating[LANES] lanes
    cdef Py_ssize_t i, k
    cdef floating rest
    if n > 128:
        return <floating> total(x, n)
    if n < LANES:
        rest = x[0]
        for i in range(1, n):
            rest += x[i]
        return rest
    for k in range(LANES):
        lanes[k] = x[k]
    for i in range(1, n // LANES):
        for k in range(LANES):
            lanes[k] += x[i * LANES + k]
    rest = (((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
            + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])))
    for i in range(n - n % LANES, n):
        rest += x[i]
    return rest


cdef void exponentials(floating *numbers, Py_ssize_t n) noexcept nogil:
    """Put ``exp(-t)`` in the place of every t: all rows as one, however short they are."""
    cdef Py_ssize_t k
    for k in range(n):
        numbers[k] = exp_minus(numbers[k])
