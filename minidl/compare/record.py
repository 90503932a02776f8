"""What is known of one pass of one pair once it was compared."""

from dataclasses import dataclass, field

import numpy as np

from minidl.compare.speedup import speedup


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pass of one pair: how far apart the results are, and how long each side takes.

    Attributes
    ----------
    layer, which, dtype : str
        ``which`` is "forward", "backward", "gradient" or "loss".
    gaps : tuple of Gap
        The largest for each side and result, over all cases and the sample.
    timings : dict of Timing
        By side: "naive", "im2col", "fast", "torch", "yours"; empty if results differ.
    sizes : dict
        Of the sample, by letter.
    extra_bytes : dict
        By side, the most memory it held beyond its results; PyTorch's is not seen.
    multiply_adds : int or None
        Of one run of the pass, where it is known.
    swept : str or None
        The letter whose sizes are swept over.
    note : str
        Why a side is missing.
    """

    layer: str
    which: str
    dtype: str
    gaps: tuple
    timings: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)
    extra_bytes: dict = field(default_factory=dict)
    multiply_adds: int | None = None
    swept: str | None = None
    note: str = ""

    @property
    def label(self):
        """The row's name: "conv forward", and in a sweep "conv forward H=8"."""
        size = f" {self.swept}={self.sizes[self.swept]}" if self.swept else ""
        return f"{self.layer} {self.which}{size}"

    @property
    def equal(self):
        """Whether the results agree as closely as promised."""
        return all(gap.equal for gap in self.gaps)

    @property
    def difference(self):
        """The largest difference, relative to the largest magnitude of its result."""
        return max((gap.relative for gap in self.gaps), default=0.0)

    @property
    def max_absolute(self):
        """The largest difference of two numbers."""
        return max((gap.absolute for gap in self.gaps), default=0.0)

    @property
    def tolerance(self):
        """The largest difference that counts as equal, for naive and fast."""
        return self.gaps[0].tolerance if self.gaps else 0.0

    @property
    def naive(self):
        """Median seconds of the naive side; None if it was not timed."""
        return self.seconds("naive")

    @property
    def fast(self):
        """Median seconds of the fast side; None if it was not timed."""
        return self.seconds("fast")

    @property
    def im2col(self):
        """Median seconds of im2col and BLAS; None if they were not timed."""
        return self.seconds("im2col")

    @property
    def speedup(self):
        """How many times faster than naive the fast side is; None if either was not timed."""
        known = self.speedup_of("fast")
        return None if known is None else known.ratio

    def seconds(self, side):
        """Return a side's median seconds, or None if it was not timed."""
        return self.timings[side].median if side in self.timings else None

    def speedup_of(self, side):
        """Return a side's :class:`Speedup` over naive, or None if either was not timed."""
        if side == "naive" or not {"naive", side} <= self.timings.keys():
            return None
        return speedup(self.timings["naive"].seconds, self.timings[side].seconds)

    def clear(self, side):
        """Return whether a side's times and the naive ones lie apart, by their quartiles."""
        return not self.timings["naive"].overlaps(self.timings[side])

    def gflops(self, side):
        """Return a side's 10^9 operations a second, two to a multiply-add; None if not known."""
        if self.multiply_adds is None or side not in self.timings:
            return None
        return 2 * self.multiply_adds / self.timings[side].median / 1e9

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        sides = {
            side: {
                "seconds": timing.as_dict(),
                "speedup": None if side == "naive" else _dict(self.speedup_of(side)),
                "gflops": self.gflops(side),
                "extra_bytes": self.extra_bytes.get(side),
            }
            for side, timing in self.timings.items()
        }
        return {
            "layer": self.layer,
            "pass": self.which,
            "dtype": self.dtype,
            "sizes": self.sizes,
            "swept": self.swept,
            "equal": self.equal,
            "difference": self.difference if np.isfinite(self.difference) else None,
            "tolerance": self.tolerance,
            "results": [gap.as_dict() for gap in self.gaps],
            "multiply_adds": self.multiply_adds,
            "naive_seconds": self.naive,
            "fast_seconds": self.fast,
            "im2col_seconds": self.im2col,
            "speedup": self.speedup,
            "sides": sides,
            "note": self.note,
        }


def _dict(known):
    return None if known is None else known.as_dict()
