"""Memory: how much a pass takes beyond its results, and whether sizes fit before anything runs."""

import contextlib
import math
import os
import time
import tracemalloc

import numpy as np

from minidl import memory
from minidl.geometry import require_room
from minidl.scratch import drop_scratch
from minidl.threads import in_every_thread

DRAWN = 8  # bytes of a random number, before it gets its dtype
HELD = 3  # times inputs and outputs: themselves, the results of another side, their difference


class Tracer:
    """Runs calls, and notes how long each took and the most bytes it held, its results among them.

    ``tracemalloc`` sees the arrays of NumPy, and minidl's scratch memory and pool are made of them.
    Both are emptied before a call, so that it pays for what earlier ones have left behind.
    """

    def __init__(self):
        self.most, self.seconds = [], []

    def __call__(self, call):
        """Make a call, and return what it returns."""
        in_every_thread(drop_scratch)
        with memory.no_pool():
            start = time.perf_counter()
            value, most = traced(call)
            self.seconds.append(time.perf_counter() - start)
        self.most.append(most)
        return value

    def extra(self, results):
        """Return for each call how many bytes it took beyond its list of results."""
        own = [sum(getattr(array, "nbytes", 0) for array in arrays) for arrays in results]
        return [max(most - size, 0) for most, size in zip(self.most, own, strict=True)]


def traced(call):
    """Return what a call returns, and the most bytes that Python and NumPy held meanwhile."""
    tracing = tracemalloc.is_tracing()
    if tracing:
        tracemalloc.reset_peak()
    else:
        tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        value = call()
        return value, tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()


def outline(twin, dtype, sizes):
    """Return the case that a pair's sample would be, its arrays without memory behind them."""
    case = twin.sample(_NoNumbers(), dtype, **sizes)
    return tuple(a.view(np.ndarray) if isinstance(a, np.ndarray) else a for a in case)


def bytes_needed(case, out_shape, multiply_adds=None, im2col=False):
    """Return about how much memory it takes to compare the sides on a case."""
    inputs = [a for a in case if isinstance(a, np.ndarray)]
    itemsize = max((a.itemsize for a in inputs), default=8)
    largest = max([math.prod(out_shape), *(a.size for a in inputs)])
    held = sum(a.nbytes for a in inputs) + math.prod(out_shape) * itemsize
    columns = 2 * multiply_adds // max(len(case[1]), 1) * itemsize if im2col else 0
    return HELD * held + DRAWN * largest + columns


def bytes_free():
    """Return the memory that this system can still give, or None where it does not say."""
    with contextlib.suppress(OSError, ValueError, StopIteration), open("/proc/meminfo") as file:
        line = next(line for line in file if line.startswith("MemAvailable"))
        return int(line.split()[1]) * 1024
    with contextlib.suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


class _NoNumbers:
    """In the place of a random generator: its arrays have a shape, and one number in memory."""

    def standard_normal(self, shape):
        return _hollow(shape, np.float64)

    def integers(self, _low, _high, shape):
        return _hollow(shape, np.int64)


class _Hollow(np.ndarray):
    """An array that repeats one number, in every dtype."""

    def astype(self, dtype):
        return _hollow(self.shape, dtype)


def _hollow(shape, dtype):
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    require_room("compare", "an array", shape)
    return np.broadcast_to(np.zeros((), dtype), shape).view(_Hollow)
