"""Times that can be compared: calls run in turn, and the lower quartile of each is taken."""

import math

import numpy as np

from minidl.compare import timing
from minidl.twins import relative_difference

LEAST, MOST = 7, 400  # rounds
WARM_UP = 3


class NotEqualError(Exception):
    """Two ways to compute one thing gave different results, so that their times mean nothing."""


def in_turn(calls, budget, settle=0.0):
    """Run calls A B A B ..., so that a busy machine disturbs all of them alike.

    Parameters
    ----------
    calls : dict
        Functions without arguments, by name.
    budget : float
        Seconds for all of them together; 0 runs each once, for trying.
    settle : float
        Before a call is timed, it is repeated for so many seconds; see
        :func:`minidl.compare.timing.in_turn`.

    Returns
    -------
    dict
        For each name, the lower quartile of its seconds: what it takes when nothing else disturbs.
    """
    for _ in range(WARM_UP if budget else 0):
        for call in calls.values():
            call()
    least, most = (LEAST, MOST) if budget else (1, 1)
    times = timing.in_turn(calls, budget, least, most, settle=settle)
    return {name: sorted(own)[len(own) // 4] for name, own in times.items()}


def require_equal(name, actual, expected, tolerance):
    """Return how far results are from those expected, relative to the largest magnitude.

    Raises
    ------
    NotEqualError
        If that is more than ``tolerance``, or the results are not as many.
    """
    gaps = [
        relative_difference(np.asarray(own), np.asarray(other))
        for own, other in zip(actual, expected, strict=True)
    ]
    gap = max(gaps, default=0.0)
    if not gap <= tolerance:
        raise NotEqualError(
            f"{name}: results differ by {gap:.1e} of the largest, more than {tolerance:.0e}; "
            "nothing was timed"
        )
    return gap


def geometric_mean(ratios):
    """Return the mean in which twice as fast and half as fast cancel; NaN of no ratios."""
    ratios = list(ratios)
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else math.nan
