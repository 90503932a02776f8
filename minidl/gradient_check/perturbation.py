"""Small steps in place: ``x`` is moved, ``f`` asked, and ``x`` put back, whatever happens."""

import numpy as np

from minidl.geometry import real_array, require_floats, require_shape


def require_steps(op, x, h):
    """Refuse an ``x`` that cannot be perturbed in place by steps of ``h``."""
    why = "; it is perturbed by a small step, which an integer cannot take"
    require_floats(op, "x", x, why)
    if not x.flags.writeable:
        raise ValueError(f"{op}: x is read-only, and it is perturbed in place; pass x.copy()")
    if not h > 0:
        raise ValueError(f"{op}: h must be above 0, got {h!r}")


def slope_along(f, x, direction, h):
    """Return the derivative of ``f``, a number, along ``direction``."""
    kept = x.copy()
    try:
        x[...] = kept + h * direction
        above = number(f(x))
        x[...] = kept - h * direction
        below = number(f(x))
    finally:
        x[...] = kept
    return float((above - below) / (2 * h))


def both_sides(f, x, index, h):
    """Return ``f`` with element ``index`` of ``x`` raised by h, and lowered by h."""
    kept = x[index]
    try:
        x[index] = kept + h
        if x[index] == kept and np.isfinite(kept):
            raise ValueError(
                f"a step of {h} from {kept} at index {index} vanishes in {x.dtype}; "
                "use float64, or a larger h"
            )
        above = number(f(x))
        x[index] = kept - h
        below = number(f(x))
    finally:
        x[index] = kept
    return above, below


def scalar(f):
    """Return ``f``, made to refuse results of more than one number."""

    def checked(x):
        value = real_array("gradient check", "f(x)", f(x))
        require_shape("gradient check", "f(x)", value, (), "one number")
        return value

    return checked


def number(value):
    """Return a copy of what ``f`` returned, which may be the same array again next time."""
    return np.array(real_array("gradient check", "f(x)", value), dtype=np.float64)
