"""What a single real number must be: finite, not negative, a fraction, and the words for it."""

import math
import numbers
import os


def finite(op, name, value):
    """Return ``value`` as a finite float.

    Raises
    ------
    TypeError
        If it is no real number; a bool is none, nor is an array.
    ValueError
        If it is NaN, infinite, or too large for a float.
    """
    return _number(op, name, value, "finite", math.isfinite)


def not_negative(op, name, value):
    """Return ``value`` as a finite float of at least 0; errors as in :func:`finite`."""
    return _number(op, name, value, "at least 0 and finite", lambda x: 0 <= x < math.inf)


def positive(op, name, value):
    """Return ``value`` as a finite float above 0; errors as in :func:`finite`."""
    return _number(op, name, value, "above 0 and finite", lambda x: 0 < x < math.inf)


def fraction(op, name, value):
    """Return ``value`` as a float from 0 to 1; errors as in :func:`finite`."""
    return _number(op, name, value, "from 0 to 1", lambda x: 0 <= x <= 1)


def proper_fraction(op, name, value):
    """Return ``value`` as a float of at least 0 and below 1; errors as in :func:`finite`."""
    return _number(op, name, value, "at least 0 and below 1", lambda x: 0 <= x < 1)


def limit(op, name, value):
    """Return ``value`` as a float of at least 0; infinity is one, and limits nothing."""
    return _number(op, name, value, "at least 0", lambda x: x >= 0)


def norm_order(op, name, value):
    """Return the order of a norm, a float above 0 that may be infinite; "inf" means infinity."""
    value = math.inf if value == "inf" else value
    return _number(op, name, value, "above 0; inf is the largest magnitude", lambda x: x > 0)


def environment_integer(name, least):
    """Return the integer that an environment variable is set to, or None if it is empty or not set.

    Raises
    ------
    ValueError
        If it is not an integer of at least ``least``.
    """
    asked = os.environ.get(name)
    if not asked:
        return None
    if not (asked.isdecimal() and len(asked) < 8 and int(asked) >= least):
        raise ValueError(f"{name} must be an integer of at least {least}, got {asked!r}")
    return int(asked)


def _number(op, name, value, rule, fits):
    if not isinstance(value, (float, numbers.Real)) or isinstance(value, bool):
        raise TypeError(f"{op}: {name} must be a number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{op}: {name} must be {rule}, got an integer of many digits") from None
    if not fits(number):
        raise ValueError(f"{op}: {name} must be {rule}, got {value!r}")
    return number
