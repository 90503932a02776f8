"""Naive and fast side by side: first whether they agree, then how long each takes."""

import gc
import json
import statistics
import time
from dataclasses import dataclass

import numpy as np

from minidl.geometry import float_dtype
from minidl.terminal import table
from minidl.twins import TWINS, relative_difference

BUDGET = 0.3  # seconds of the naive side for each pass, at least MIN_RUNS runs
MIN_RUNS, MAX_RUNS = 3, 50


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pass of one pair; times are medians in seconds, and None if the results differ."""

    layer: str
    which: str  # "forward", "backward", "gradient" or "loss"
    dtype: str
    difference: float  # largest over all cases, relative to the largest magnitude of a result
    tolerance: float
    naive: float | None
    fast: float | None
    im2col: float | None = None  # only if it was asked for

    @property
    def equal(self):
        """Whether the results agree as closely as promised."""
        return self.difference <= self.tolerance

    @property
    def speedup(self):
        """How many times faster the fast side is; None if the results differ."""
        return self.naive / self.fast if self.equal else None

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        return {
            "layer": self.layer,
            "pass": self.which,
            "dtype": self.dtype,
            "equal": self.equal,
            "difference": self.difference if np.isfinite(self.difference) else None,
            "tolerance": self.tolerance,
            "naive_seconds": self.naive,
            "fast_seconds": self.fast,
            "im2col_seconds": self.im2col,
            "speedup": self.speedup,
        }


def compare(layers=None, dtype="float32", three_ways=False):
    """Compare pairs of the table of twins.

    Parameters
    ----------
    layers : str or iterable of str, optional
        Keys in ``TWINS``; by default all of them, or with ``three_ways`` all that have a third.
    dtype : {"float32", "float64"}
    three_ways : bool
        Compare im2col and BLAS, too, which not every layer has.

    Yields
    ------
    Comparison
        One for each pass of each layer, as soon as it is measured.

    Raises
    ------
    ValueError
        If a layer is not in the table, or has no third way.
    """
    dtype = float_dtype("compare", dtype)
    for twin in _chosen(layers, three_ways):
        yield from _compare_twin(twin, dtype, three_ways)


def count(layers=None, three_ways=False):
    """Return how many comparisons :func:`compare` makes of these layers."""
    return sum(len(twin.passes) for twin in _chosen(layers, three_ways))


def _chosen(layers, three_ways):
    with_third = [name for name, twin in TWINS.items() if twin.im2col]
    if three_ways and layers is None:
        layers = with_third
    names = [layers] if isinstance(layers, str) else list(TWINS if layers is None else layers)
    for name in names:
        if name not in TWINS:
            raise ValueError(f"compare: no layer {name!r}; there are {', '.join(TWINS)}")
        if three_ways and name not in with_third:
            raise ValueError(
                f"compare: layer {name!r} has no third way; "
                f"there is one for {', '.join(with_third)}"
            )
    return [TWINS[name] for name in names]


def report(comparisons):
    """Return comparisons as a table for people."""
    three_ways = any(c.im2col is not None for c in comparisons)
    rows = [
        (
            *(c.layer, c.which, "equal" if c.equal else "DIFFERS", f"{c.difference:.0e}"),
            _milliseconds(c.naive),
            *([_milliseconds(c.im2col)] if three_ways else []),
            *(_milliseconds(c.fast), f"{c.speedup:,.1f} x" if c.equal else ""),
        )
        for c in comparisons
    ]
    times = ("naive ms", *(["im2col ms"] if three_ways else []), "fast ms")
    header = ("layer", "pass", "results", "difference", *times, "speed-up")
    return table(header, rows, left=3)


def report_json(comparisons):
    """Return comparisons as JSON."""
    return json.dumps([c.as_dict() for c in comparisons], indent=1)


def results(functions, case, rng, out_shape=None):
    """Return every array that ``functions`` give for ``case``, one list for each pass.

    Parameters
    ----------
    functions : tuple of callables
        (forward, backward), or one that returns all results at once.
    case : tuple
        Arguments of the first of them.
    rng : numpy.random.Generator
        Draws the upstream gradient of the backward pass.
    out_shape : tuple, optional
        Shape that the output should have; by default the one that it has.

    Notes
    -----
    A pass may write into the parameter dict that it is given, as batch normalisation does.  It is
    given a copy, and what it puts there follows its output.
    """
    own = [dict(argument) if isinstance(argument, dict) else argument for argument in case]
    first = functions[0](*own)
    if len(functions) == 1:
        return [list(first) if isinstance(first, tuple) else [first]]
    out, cache = first
    dout = rng.standard_normal(out.shape if out_shape is None else out_shape)
    gradients = functions[1](dout.astype(out.dtype), cache)
    if not isinstance(gradients, tuple):
        gradients = (gradients,)
    gradients = [gradient for gradient in gradients if gradient is not None]
    return [[out, *_written(case, own)], gradients]


def _written(before, after):
    """Return the values that were put into the dicts of ``after``, in the order of their keys."""
    dicts = [pair for pair in zip(before, after, strict=True) if isinstance(pair[0], dict)]
    return [
        new[key] for old, new in dicts for key in sorted(new) if new[key] is not old.get(key, None)
    ]


def _compare_twin(twin, dtype, three_ways):
    sides = [twin.naive, twin.fast, *([twin.im2col] if three_ways else [])]
    differences = [0.0] * len(twin.passes)
    sample = twin.sample(np.random.default_rng(231), dtype)
    for case in [*twin.cases(np.random.default_rng(231), dtype), sample]:
        naive = results(twin.naive, case, np.random.default_rng(0))
        for side in sides[1:]:
            other = results(side, case, np.random.default_rng(0), np.shape(naive[0][0]))
            for k in range(len(twin.passes)):
                if len(other[k]) != len(naive[k]):
                    differences[k] = float("inf")
                gaps = map(relative_difference, other[k], naive[k])
                differences[k] = max(differences[k], *gaps)
    for k, which in enumerate(twin.passes):
        tolerance = twin.rtol[dtype.name]
        times = (None, None)
        if differences[k] <= tolerance:
            times = _race(*(_call(side, k, sample) for side in sides))
        yield Comparison(twin.name, which, dtype.name, differences[k], tolerance, *times)


def _call(functions, k, sample):
    """Return a call of pass ``k`` without arguments."""
    if k == 0:
        return lambda: functions[0](*sample)
    out, cache = functions[0](*sample)
    dout = np.random.default_rng(0).standard_normal(out.shape).astype(out.dtype)
    return lambda: functions[1](dout, cache)


def _race(naive, *others):
    """Return the median seconds of each, run in turn so that a busy machine disturbs all."""
    times = [[] for _ in range(1 + len(others))]
    for call in others:
        call()
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        while len(times[0]) < MIN_RUNS or (
            len(times[0]) < MAX_RUNS and time.perf_counter() - start < BUDGET
        ):
            times[0].append(_seconds(naive))
            for call, own in zip(others, times[1:], strict=True):
                own += [_seconds(call) for _ in range(5)]
    finally:
        if collecting:
            gc.enable()
    return tuple(map(statistics.median, times))


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _milliseconds(seconds):
    return "" if seconds is None else f"{seconds * 1e3:,.3f}"
