"""New arrays for the results of fast layers, in memory that results before them have used.

The system gives a program fresh memory in pages of 4 KiB, when each is first touched: 0.25 to 3.5
microseconds a page, which for a large result can be more than its arithmetic.  So the memory of a
large result is kept, once nobody refers to it any longer, for the next result of about its size.
"""

import contextlib
import math
import os
import threading
from functools import partial

import numpy as np

from minidl.geometry import environment_integer

POOL_ABOVE = 1 << 17  # bytes: NumPy's own allocator is quicker for smaller arrays, and keeps them
DEFAULT_MB = 64
LINE = 64  # bytes: the longest vector, and a line of the cache
LARGE = 1 << 22  # bytes: from here on, NumPy asks Linux for pages of 2 MiB
LARGE_PAGE = 21  # the binary logarithm of such a page

_state = {"pool": None}


def empty(shape, dtype):
    """Return a new C-contiguous array like :func:`numpy.empty`, in memory perhaps used before.

    A large array begins at a multiple of 64 bytes and does not own its memory, so that NumPy
    refuses ``out.resize``; in all else it is an ordinary array.  Its memory is used again when the
    array, its views and whatever else refers to them are gone, never earlier.

    Parameters
    ----------
    shape : tuple of int
    dtype : dtype
        Of numbers.

    Raises
    ------
    ValueError
        If ``MINIDL_POOL_MB``, how many mebibytes may lie idle, is set, but not to an integer of at
        least 0.  It is 64 by default; 0 keeps nothing.
    """
    dtype = np.dtype(dtype)
    n_bytes = math.prod(shape) * dtype.itemsize
    out = _pooled(shape, dtype, n_bytes) if n_bytes >= POOL_ABOVE else None
    return np.empty(shape, dtype) if out is None else out


def allocator(shape, dtype):
    """Return a function that makes arrays as :func:`empty` does, all of one shape and dtype."""
    small = math.prod(shape) * dtype.itemsize < POOL_ABOVE
    return partial(np.empty if small else empty, shape, dtype)


def zeros(shape, dtype):
    """Return a new array of zeros; all else is as in :func:`empty`."""
    dtype = np.dtype(dtype)
    n_bytes = math.prod(shape) * dtype.itemsize
    out = _pooled(shape, dtype, n_bytes) if n_bytes >= POOL_ABOVE else None
    if out is None:
        return np.zeros(shape, dtype)
    out.fill(0)
    return out


def release():
    """Give all memory that lies idle back to the system."""
    _state["pool"] = None


@contextlib.contextmanager
def no_pool():
    """Make and keep no memory for later results meanwhile: to measure what a call takes."""
    pool = _state["pool"]
    _state["pool"] = _Pool(0)
    try:
        yield
    finally:
        _state["pool"] = pool


def figures():
    """Return what the pool keeps idle, in bytes, and how often it was asked and could help.

    The count starts anew with :func:`release`.
    """
    pool = _pool()
    return {"limit": pool.limit, "idle": pool.n_idle, "asked": pool.asked, "reused": pool.reused}


def _pooled(shape, dtype, n_bytes):
    """Return an array in memory of the pool, or None if it is too large for that."""
    pool = _state["pool"] or _pool()
    # Few sizes, an eighth or a large page apart, so that a last, smaller batch finds memory, too.
    step = int(n_bytes).bit_length() - 4
    if n_bytes > LARGE:
        step = max(step, LARGE_PAGE)
    size = -(-n_bytes >> step) << step
    if size > pool.limit:
        return None
    loan = np.ndarray.__new__(_Loan, size, np.uint8, pool.take(size))
    return np.ndarray(shape, dtype, loan)


def _pool():
    pool = _state["pool"]
    if pool is None:
        asked = environment_integer("MINIDL_POOL_MB", 0)
        pool = _state["pool"] = _Pool((DEFAULT_MB if asked is None else asked) << 20)
    return pool


class _Memory(np.ndarray):
    """A row of bytes that the pool lends."""

    __slots__ = ()


class _Loan(np.ndarray):
    """A view of a row of bytes; when it dies, they go back.

    NumPy lets an array refer to the one that owns its memory, and skips the views in between that
    have the array's own type.  Loans and what they view have types of their own, so that every
    array keeps its loan alive.
    """

    __slots__ = ()

    def __del__(self, state=_state):  # at exit, globals may be gone before the last loan
        memory, pool = self.base, state["pool"]
        if pool is not None and type(memory) is _Memory:  # else it is a copy or view of a loan
            pool.give_back(memory)


class _Pool:
    """Rows of bytes that lie idle, by size, the sizes in the order of their last use.

    A loan may die at any moment, also in the middle of a method here, in this thread or another.
    Nobody ever waits for the lock, therefore: if it is taken, the pool keeps and gives nothing.
    """

    def __init__(self, limit):
        self.limit = limit
        self.lock = threading.Lock()
        self.idle = {}
        self.n_idle = self.asked = self.reused = 0

    def take(self, size):
        """Return an idle row of bytes of that size, or a new one."""
        if self.lock.acquire(blocking=False):
            try:
                self.asked += 1
                rows = self.idle.get(size)
                if rows:
                    self.reused += 1
                    self.n_idle -= size
                    return rows.pop()
            finally:
                self.lock.release()
        line = 1 << LARGE_PAGE if size >= LARGE else LINE  # memory in whole large pages is quicker
        memory = np.empty(size + line, np.uint8)
        return np.ndarray.__new__(_Memory, size, np.uint8, memory, -memory.ctypes.data % line)

    def give_back(self, memory):
        """Keep a row of bytes, and let go of those that were idle for longest if it is too much."""
        if not self.lock.acquire(blocking=False):
            return
        try:
            size = memory.nbytes
            rows = self.idle.pop(size, None) or []
            self.idle[size] = rows
            rows.append(memory)
            self.n_idle += size
            while self.n_idle > self.limit:
                oldest = next(iter(self.idle))
                if self.idle[oldest]:
                    del self.idle[oldest][0]
                    self.n_idle -= oldest
                else:
                    del self.idle[oldest]
        finally:
            self.lock.release()


if hasattr(os, "register_at_fork"):  # another thread may have held the lock
    os.register_at_fork(after_in_child=release)
