"""How many times faster one side is than another, and how well that is known.

Each round times both sides, one right after the other, and gives one ratio; the speed-up is the
median of these.  It lies between two of the ratios, counted from the smallest and the largest, with
a probability that follows from coin tosses alone: every ratio is as likely to be below the true
median as above it.  So nothing is assumed about how times are distributed, and they are anything
but normal [1]_, [2]_.

References
----------
.. [1] J.-Y. Le Boudec, "Performance Evaluation of Computer and Communication Systems", 2010,
   section 2.2: confidence intervals for the median from order statistics.
.. [2] T. Hoefler and R. Belli, "Scientific Benchmarking of Parallel Computing Systems", SC 2015,
   rules 5 to 8, https://doi.org/10.1145/2807591.2807644
"""

import math
import statistics
from dataclasses import dataclass

CONFIDENCE = 0.95  # asked for; fewer than six rounds cannot give it


@dataclass(frozen=True, slots=True)
class Speedup:
    """A ratio of times with its interval: ``low <= ratio <= high`` with this confidence."""

    ratio: float
    low: float
    high: float
    confidence: float

    @property
    def uncertainty(self):
        """Half of the interval, over the ratio."""
        return (self.high - self.low) / 2 / self.ratio

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        return {
            "ratio": self.ratio,
            "low": self.low,
            "high": self.high,
            "confidence": self.confidence,
        }


def speedup(before, after):
    """Return the :class:`Speedup` of one side over another.

    Parameters
    ----------
    before, after : sequence of float
        Seconds of the two sides, one number for each round.
    """
    ratios = sorted(a / b for a, b in zip(before, after, strict=True))
    outer, confidence = order_statistics(len(ratios))
    return Speedup(statistics.median(ratios), ratios[outer], ratios[-1 - outer], confidence)


def order_statistics(n):
    """Return which of ``n`` sorted values bound their median, and how surely they do.

    Returns
    -------
    outer : int
        Values ``outer`` and ``n - 1 - outer`` of the sorted ones bound the median: the narrowest
        pair that does so with 95 %, or the extremes where none does.
    confidence : float
        ``1 - 2 * P(at most outer heads in n tosses)``.
    """
    below, outer, chance = 0.0, 0, 0.5 ** (n - 1)
    for k in range(n // 2):
        below += math.comb(n, k) * 0.5**n
        if 2 * below > 1 - CONFIDENCE:
            break
        outer, chance = k, 2 * below
    return outer, 1 - chance
