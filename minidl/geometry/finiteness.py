"""NaN and infinity: whether an array holds them, where the first one is, and how many there are."""

import numpy as np


def all_finite(array):
    """Whether an array holds neither NaN nor infinity.

    Its sum says so in one pass, without a mask as large as the array: both spread to it.  Only a
    sum that overflows by itself is looked at number by number.
    """
    with np.errstate(all="ignore"):
        return bool(np.isfinite(np.sum(array)) or np.isfinite(array).all())


def first_not_finite(array):
    """Return the index of the first number that is NaN or infinite, or None if there is none."""
    found = np.flatnonzero(~np.isfinite(array))
    if not found.size:
        return None
    return tuple(map(int, np.unravel_index(found[0], np.shape(array))))


def not_finite(name, array):
    """Say where the first such number of an array is, and how many numbers are like it.

    ``x[3, 0] is nan (2 of 10 numbers are nan or infinite)``
    """
    index = first_not_finite(array)
    count = int(np.count_nonzero(~np.isfinite(array)))
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    return f"{place} is {array[index]} ({count} of {np.size(array)} numbers are nan or infinite)"
