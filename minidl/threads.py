"""One thread pool for all fast layers, and the scratch memory of each thread.

Kernels are single-threaded and release the interpreter; :func:`over_images` splits a batch and
runs a kernel on the parts.  The split depends on the batch and the number of threads alone, so
equal inputs give bit-identical results from run to run.
"""

import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np

from minidl.geometry import integer

SPLIT_ABOVE = 5_000_000  # multiply-adds: about 0.2 ms, where two threads start to gain
KEEP_BELOW = 1 << 23  # bytes: a larger scratch array is freed after use

_local = threading.local()
_state = {"n_threads": None, "pool": None, "pool_size": 0}


def get_num_threads():
    """Return how many threads the fast layers use.

    The default is ``MINIDL_NUM_THREADS``, or else the number of CPUs this process may use.
    NumPy's matrix products have threads of their own, which this does not count.

    Raises
    ------
    ValueError
        If ``MINIDL_NUM_THREADS`` is set, but not to an integer of at least 1.
    """
    if _state["n_threads"] is None:
        asked = os.environ.get("MINIDL_NUM_THREADS")
        if asked and not (asked.isdecimal() and len(asked) < 8 and int(asked) >= 1):
            raise ValueError(f"MINIDL_NUM_THREADS must be an integer of at least 1, got {asked!r}")
        _state["n_threads"] = int(asked) if asked else _usable_cpus()
    return _state["n_threads"]


def set_num_threads(n_threads):
    """Let the fast layers use ``n_threads`` threads, at least 1, from the next call on."""
    _state["n_threads"] = integer("set_num_threads", "n_threads", n_threads, 1)


def over_images(task, n_images, multiply_adds):
    """Call ``task(start, stop)`` so that the calls cover ``range(n_images)``; return the results.

    Parameters
    ----------
    task : callable
        Runs a kernel on images ``start`` to ``stop - 1``.
    n_images : int
    multiply_adds : int
        The work there is; below ``SPLIT_ABOVE`` the caller's thread does it alone.

    Returns
    -------
    list
        One result for each part, in the order of the images.
    """
    n_parts = min(get_num_threads(), n_images) if multiply_adds >= SPLIT_ABOVE else 1
    if n_parts <= 1:
        return [task(0, n_images)]
    bounds = [n_images * part // n_parts for part in range(n_parts + 1)]
    parts = list(itertools.pairwise(bounds))
    others = []
    try:
        others += _submitted(task, parts[1:])
        own = [task(*part) for part in (parts[0], *parts[1 + len(others) :])]
    finally:
        wait(others)  # they write into the caller's arrays: never leave them running
    return [own[0], *(other.result() for other in others), *own[1:]]


def scratch(name, shape, dtype):
    """Return this thread's scratch array of that name; its contents are left over from before."""
    size = int(np.prod(shape))
    dtype = np.dtype(dtype)
    if size * dtype.itemsize > KEEP_BELOW:
        return np.zeros(shape, dtype)
    key = name, dtype.char
    kept = _local.__dict__.get(key)
    if kept is None or kept.size < size:
        kept = _local.__dict__[key] = np.zeros(size, dtype)
    return kept[:size].reshape(shape)


def _submitted(task, parts):
    """Hand parts to the pool, as many as it takes: at interpreter exit it takes none."""
    pool, futures = _pool(len(parts)), []
    for part in parts:
        try:
            futures.append(pool.submit(task, *part))
        except RuntimeError:  # no further thread can be started
            break
    return futures


def _pool(n_workers):
    if _state["pool_size"] < n_workers:
        _state["pool"] = ThreadPoolExecutor(n_workers, thread_name_prefix="minidl")
        _state["pool_size"] = n_workers
    return _state["pool"]


def _forget_pool():
    """Threads do not survive a fork: let the child make its own."""
    _state["pool"], _state["pool_size"] = None, 0


def _usable_cpus():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
