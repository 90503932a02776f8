"""Activation functions, one number at a time; the compiler turns these loops into vectors.

Arrays of any shape arrive flattened.  Kernels trust their callers; see ``conv.pyx``.
"""

from cython cimport floating

from minidl.kernels.exponential cimport exp_minus, normal_cdf, sigmoid


def relu_forward(const floating[::1] x, floating[::1] out):
    """Write ``x`` where it is positive, zero where it is not; NaN stays NaN."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(x.shape[0]):
            out[k] = 0 if x[k] <= 0 else x[k]


def relu_backward(const floating[::1] dout, const floating[::1] x, floating[::1] dx):
    """Write ``dout`` where ``x`` was positive, and zero elsewhere."""
    cdef Py_ssize_t k
    cdef floating upstream
    with nogil:
        for k in range(x.shape[0]):
            upstream = dout[k]  # read at once: a read under a condition takes twice as long
            dx[k] = upstream if x[k] > 0 else 0


def leaky_relu(const floating[::1] numbers, const floating[::1] x, floating[::1] scaled,
               floating slope):
    """Write ``numbers`` where ``x`` is positive, and ``slope`` times them elsewhere."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(x.shape[0]):
            scaled[k] = numbers[k] if x[k] > 0 else slope * numbers[k]


def sigmoid_forward(const floating[::1] x, floating[::1] out):
    """Write ``1 / (1 + exp(-x))``."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(x.shape[0]):
            out[k] = sigmoid(x[k])


def sigmoid_backward(const floating[::1] dout, const floating[::1] out, floating[::1] dx):
    """Write ``dout * out * (1 - out)``."""
    cdef Py_ssize_t k
    cdef floating one = 1
    with nogil:
        for k in range(out.shape[0]):
            dx[k] = dout[k] * (out[k] * (one - out[k]))


def tanh_backward(const floating[::1] dout, const floating[::1] out, floating[::1] dx):
    """Write ``dout * (1 - out ** 2)``."""
    cdef Py_ssize_t k
    cdef floating one = 1
    with nogil:
        for k in range(out.shape[0]):
            dx[k] = dout[k] * (one - out[k] * out[k])


cdef inline floating near(floating x) noexcept nogil:
    """Return x, or the nearer of -40 and 40; beyond, GELU is flat, and no 0 meets an infinity."""
    cdef floating least = -40 if x < -40 else x
    return 40 if least > 40 else least


def gelu_forward(const floating[::1] x, floating[::1] out):
    """Write ``x`` times the share of the normal distribution below it."""
    cdef Py_ssize_t k
    cdef floating half = 0.5, share
    with nogil:
        for k in range(x.shape[0]):
            share = normal_cdf(x[k], exp_minus(half * x[k] * x[k]))
            out[k] = share * (-40 if x[k] < -40 else x[k])


def gelu_backward(const floating[::1] dout, const floating[::1] x, floating[::1] dx):
    """Write ``dout`` times that share plus ``x`` times the density of the distribution at x."""
    cdef Py_ssize_t k
    cdef floating half = 0.5, density_at_0 = 0.39894228040143267794  # 1 / sqrt(2 * pi)
    cdef floating bell
    with nogil:
        for k in range(x.shape[0]):
            bell = exp_minus(half * x[k] * x[k])
            dx[k] = dout[k] * (normal_cdf(x[k], bell) + density_at_0 * near(x[k]) * bell)


def gelu_tanh_forward(const floating[::1] x, floating[::1] out):
    """Write ``x * (1 + tanh(u)) / 2``, which is ``x * sigmoid(2 * u)``, of a cubic ``u(x)``."""
    cdef Py_ssize_t k
    cdef floating one = 1, scale = 1.5957691216057307117, cubic = 0.044715  # 2 * sqrt(2 / pi)
    cdef floating v
    with nogil:
        for k in range(x.shape[0]):
            v = near(x[k])
            out[k] = sigmoid(scale * v * (one + cubic * v * v)) * (-40 if x[k] < -40 else x[k])


def gelu_tanh_backward(const floating[::1] dout, const floating[::1] x, floating[::1] dx):
    """Write ``dout`` times the slope of ``x * sigmoid(2 * u)``."""
    cdef Py_ssize_t k
    cdef floating one = 1, three = 3, scale = 1.5957691216057307117, cubic = 0.044715
    cdef floating v, share, slope
    with nogil:
        for k in range(x.shape[0]):
            v = near(x[k])
            share = sigmoid(scale * v * (one + cubic * v * v))
            slope = scale * (one + three * cubic * v * v)
            dx[k] = dout[k] * (share + v * share * (one - share) * slope)
