"""e to the power of -t, and what activations make of it, in plain arithmetic.

The C library's ``exp`` is a call, which no compiler turns into vectors; these functions have no
branch and no call, so that a loop around them runs four or eight numbers at a time.  Results are
right to a few roundings.  Only the normal distribution of doubles goes to the C library.
"""

from cython cimport floating
from libc.math cimport erfc, fabs

cdef extern from *:
    """
    /* Added to a number of smaller size, these leave its integer part in the lowest bits. */
    #define MINIDL_ROUND_FLOAT 12582912.0f           /* 1.5 * 2**23 */
    #define MINIDL_ROUND_DOUBLE 6755399441055744.0  /* 1.5 * 2**52 */
    /* 2 to the power of -n: 127 - n, or 1023 - n, moved to where the exponent is kept.  The
       largest n, 127 or 1023, gives 0. */
    static inline float minidl_half_to_float(float n) {
        union { float value; unsigned bits; } power;
        power.value = MINIDL_ROUND_FLOAT + (127.0f - n);
        power.bits <<= 23;
        return power.value;
    }
    static inline double minidl_half_to_double(double n) {
        union { double value; unsigned long long bits; } power;
        power.value = MINIDL_ROUND_DOUBLE + (1023.0 - n);
        power.bits <<= 52;
        return power.value;
    }
    """
    const float ROUND_FLOAT "MINIDL_ROUND_FLOAT"
    const double ROUND_DOUBLE "MINIDL_ROUND_DOUBLE"
    float half_to_float "minidl_half_to_float"(float n) noexcept nogil
    double half_to_double "minidl_half_to_double"(double n) noexcept nogil


cdef inline floating exp_minus(floating t) noexcept nogil:
    """Return ``exp(-t)`` of ``t >= 0``; NaN stays NaN.

    ``exp(-t) = 2**-n * exp(r)``, where n halvings leave an r of at most ``log(2) / 2``, for
    which 8 terms of the series suffice in floats, 14 in doubles.  Results smaller than a normal
    number are 0, from t = 87.7 or 708.8 on.
    """
    cdef floating one = 1, half = 0.5, n, power, r, series
    if floating is float:
        t = 88 if t > 88 else t
        n = (t * <float>1.44269504 + ROUND_FLOAT) - ROUND_FLOAT
        power = half_to_float(n)
    else:
        t = 709 if t > 709 else t
        n = (t * 1.44269504088896340736 + ROUND_DOUBLE) - ROUND_DOUBLE
        power = half_to_double(n)
    # log(2) in two parts, the first of so few bits that n times it is exact
    r = (n * <floating>0.693359375 - t) - n * <floating>2.12194440054690582768e-4
    series = <floating>(1 / 5040.)
    if floating is double:
        series = 1 / 39916800. + r * (1 / 479001600. + r * (1 / 6227020800.))
        series = 1 / 362880. + r * (1 / 3628800. + r * series)
        series = 1 / 5040. + r * (1 / 40320. + r * series)
    series = <floating>(1 / 120.) + r * (<floating>(1 / 720.) + r * series)
    series = <floating>(1 / 6.) + r * (<floating>(1 / 24.) + r * series)
    return power * (one + r * (one + r * (half + r * series)))


cdef inline floating sigmoid(floating x) noexcept nogil:
    """Return ``1 / (1 + exp(-x))`` by an exponential that is never above 1."""
    cdef floating one = 1, small = exp_minus(<floating>fabs(x))
    return (small if x < 0 else one) / (one + small)


cdef inline floating normal_cdf(floating x, floating bell) noexcept nogil:
    """Return the share of the normal distribution below x, where ``bell = exp(-x * x / 2)``.

    The tail beyond ``a = abs(x)`` is ``bell * t * P(t)`` with ``t = 1 / (1 + 0.3 * a)``; the
    polynomial P was fitted to it over all a, to 1.5e-7 of the tail itself, and is exact at 0.
    """
    cdef float t, series, tail
    if floating is double:
        return 0.5 * erfc(x * -0.70710678118654752440)
    else:
        t = <float>1 / (<float>1 + <float>0.3 * <float>fabs(x))
        series = <float>-0.157521784 + t * <float>0.0357607119
        series = <float>-0.0540795662 + t * (<float>0.206840321 + t * series)
        series = <float>0.09986417 + t * (<float>0.128746316 + t * series)
        tail = bell * t * (<float>0.119628899 + t * (<float>0.120760933 + t * series))
        return tail if x < 0 else <float>1 - tail
