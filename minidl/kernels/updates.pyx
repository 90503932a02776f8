"""One step of an optimizer for one parameter: every array passes through the processor once.

Arrays arrive flattened: w the weights, g their gradient, and what is remembered of past steps, all
of one length; all but g are written to.  ``sign`` is -1 where the loss is to grow, 1 elsewhere,
and ``decay`` times the weights belongs to the gradient.  Whole arrays would go through memory
once for every operation.  What may be None is read in a loop of its own: vectors with a mask,
which a condition makes, are slow where there is no memory behind them.  Kernels trust their
callers; see ``conv.pyx``.
"""

from cython cimport floating
from libc.math cimport sqrt, sqrtf


def sgd(floating[::1] w, const floating[::1] g, floating sign, floating decay, floating lr):
    """Subtract ``lr`` times the gradient from the weights."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(w.shape[0]):
            w[k] -= lr * uphill(w[k], g[k], sign, decay)


def sgd_momentum(floating[::1] w, const floating[::1] g, floating[::1] velocity, floating sign,
                 floating decay, floating lr, floating momentum, floating share, bint nesterov):
    """Let ``velocity`` keep ``momentum`` of itself, add ``share`` of the gradient, follow it."""
    cdef Py_ssize_t k
    cdef floating slope, v
    with nogil:
        for k in range(w.shape[0]):
            slope = uphill(w[k], g[k], sign, decay)
            v = velocity[k] * momentum + share * slope
            velocity[k] = v
            w[k] -= lr * (slope + momentum * v if nesterov else v)


def adam(floating[::1] w, const floating[::1] g, floating[::1] mean, floating[::1] square,
         floating[::1] largest, floating sign, floating decay, floating shrink, floating beta1,
         floating beta2, floating rest1, floating rest2, floating rate, floating root,
         floating eps):
    """Step by ``rate * mean / (sqrt(square) / root + eps)``, after weights shrank.

    ``rest1`` and ``rest2`` are ``1 - beta1`` and ``1 - beta2``, rounded once.  ``largest``, if
    it is not None, keeps the largest square so far, which divides instead.
    """
    cdef Py_ssize_t k
    cdef floating slope
    with nogil:
        for k in range(w.shape[0]):
            slope = uphill(w[k], g[k], sign, decay)
            mean[k] = average(mean[k], slope, beta1, rest1)
            square[k] = square[k] * beta2 + rest2 * slope * slope
            if largest is None:
                w[k] = follow(w[k], mean[k], square[k], shrink, rate, root, eps)
        if largest is not None:
            for k in range(w.shape[0]):
                largest[k] = square[k] if not square[k] <= largest[k] else largest[k]
                w[k] = follow(w[k], mean[k], largest[k], shrink, rate, root, eps)


def rmsprop(floating[::1] w, const floating[::1] g, floating[::1] square, floating[::1] mean,
            floating sign, floating decay, floating lr, floating alpha, floating rest,
            floating eps):
    """Step by ``lr * g / (sqrt(square) + eps)``.

    ``rest`` is ``1 - alpha``, rounded once.  ``mean``, if it is not None, is the average of the
    gradient, whose square is subtracted.
    """
    cdef Py_ssize_t k
    cdef floating slope
    with nogil:
        for k in range(w.shape[0]):
            slope = uphill(w[k], g[k], sign, decay)
            square[k] = square[k] * alpha + rest * slope * slope
            if mean is None:
                w[k] -= lr * slope / (root_of(square[k]) + eps)
        if mean is not None:
            for k in range(w.shape[0]):
                slope = uphill(w[k], g[k], sign, decay)
                mean[k] = average(mean[k], slope, alpha, rest)
                w[k] -= lr * slope / (root_of(variance(square[k], mean[k])) + eps)


def rmsprop_momentum(floating[::1] w, const floating[::1] g, floating[::1] square,
                     floating[::1] mean, floating[::1] velocity, floating sign, floating decay,
                     floating lr, floating alpha, floating rest, floating eps, floating momentum):
    """Let ``velocity`` keep ``momentum`` of itself, add RMSprop's step, follow it."""
    cdef Py_ssize_t k
    cdef floating slope
    with nogil:
        for k in range(w.shape[0]):
            slope = uphill(w[k], g[k], sign, decay)
            square[k] = square[k] * alpha + rest * slope * slope
            if mean is None:
                velocity[k] = velocity[k] * momentum + slope / (root_of(square[k]) + eps)
                w[k] -= lr * velocity[k]
        if mean is not None:
            for k in range(w.shape[0]):
                slope = uphill(w[k], g[k], sign, decay)
                mean[k] = average(mean[k], slope, alpha, rest)
                slope /= root_of(variance(square[k], mean[k])) + eps
                velocity[k] = velocity[k] * momentum + slope
                w[k] -= lr * velocity[k]


def adagrad(floating[::1] w, const floating[::1] g, floating[::1] total, floating sign,
            floating decay, floating rate, floating eps):
    """Add the squared gradient to ``total``, and step by ``rate * g / (sqrt(total) + eps)``."""
    cdef Py_ssize_t k
    cdef floating slope
    with nogil:
        for k in range(w.shape[0]):
            slope = uphill(w[k], g[k], sign, decay)
            total[k] += slope * slope
            w[k] -= rate * slope / (root_of(total[k]) + eps)


cdef inline floating uphill(floating w, floating g, floating sign, floating decay) noexcept nogil:
    """Return the gradient of what is to shrink; without decay no 0 meets an infinite weight."""
    return sign * g + (decay * w if decay != 0 else 0)


cdef inline floating average(floating old, floating new, floating kept,
                             floating rest) noexcept nogil:
    """Return ``kept * old + rest * new``, which sum to 1, from the side that counts more.

    So does PyTorch's ``lerp``: with ``kept = 0`` it is the new number itself, however large the
    old one was.
    """
    cdef floating way = new - old, half = 0.5
    return old + rest * way if rest < half else new - kept * way


cdef inline floating follow(floating w, floating mean, floating square, floating shrink,
                            floating rate, floating root, floating eps) noexcept nogil:
    return w * shrink - rate * mean / (root_of(square) / root + eps)


cdef inline floating variance(floating square, floating mean) noexcept nogil:
    """Return ``square - mean ** 2``, or 0 where rounding makes it negative."""
    cdef floating q = square - mean * mean
    return 0 if q <= 0 else q


cdef inline floating root_of(floating x) noexcept nogil:
    if floating is float:
        return sqrtf(x)
    else:
        return sqrt(x)
