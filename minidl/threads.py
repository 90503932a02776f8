"""The threads of all fast layers, and the scratch memory of each thread.

Kernels are single-threaded and release the interpreter; :func:`for_each` runs many calls of them
on the caller's thread and on helpers.  Each thread takes the next call when it has ended one: if
another process holds its core, the other threads take more, and nobody waits for a helper that has
not begun.  Which calls there are depends on the work and the number of threads alone, and a result
does not depend on the thread that computed it, so equal inputs give bit-identical results.
"""

import itertools
import math
import os
import sys
import threading
from queue import SimpleQueue

import numpy as np

from minidl.geometry import integer

SPLIT_ABOVE = 5_000_000  # multiply-adds: about 50 microseconds, where two threads start to gain
KEEP_BELOW = 1 << 23  # bytes: a larger scratch array is freed after use
KEEP_VIEWS = 256  # shapes of scratch arrays that a thread remembers
LINE = 64  # bytes: the longest vector, and a line of the cache

_local = threading.local()
_state = {"n_threads": None}


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


def for_each(task, n_tasks, work):
    """Call ``task(k)`` once for each ``k`` in ``range(n_tasks)``; return the results in that order.

    Parameters
    ----------
    task : callable
        Runs a kernel.  It may itself call :func:`for_each`.
    n_tasks : int
    work : int
        The multiply-adds of all calls together; below ``SPLIT_ABOVE`` the caller's thread does
        them alone.

    Returns
    -------
    list

    Raises
    ------
    BaseException
        What a task raised, after all have ended; of several exceptions, that of the smallest ``k``.
        An interrupt of the caller lets calls that have not begun go, and waits for the others.
    """
    n_helpers = min(get_num_threads(), n_tasks) - 1 if work >= SPLIT_ABOVE else 0
    if n_helpers < 1:
        return [task(k) for k in range(n_tasks)]
    job = _Job(task, n_tasks)
    try:
        _crew.call(n_helpers, job)
        job.run()
    finally:
        job.close()
    return job.outcome()


def over_images(task, n_images, work, parts_per_thread=1):
    """Call ``task(start, stop)`` so that the calls cover ``range(n_images)``; return the results.

    Parameters
    ----------
    task : callable
        Runs a kernel on images ``start`` to ``stop - 1``.
    n_images : int
    work : int
        The multiply-adds there are; below ``SPLIT_ABOVE`` the batch is one part.
    parts_per_thread : int
        Several small parts balance better between threads than one, and each costs a call.

    Returns
    -------
    list
        One result for each part, in the order of the images.
    """
    n_threads = get_num_threads() if work >= SPLIT_ABOVE else 1
    n_parts = min(n_threads * parts_per_thread, n_images) if n_threads > 1 else 1
    if n_parts <= 1:
        return [task(0, n_images)]
    bounds = [n_images * part // n_parts for part in range(n_parts + 1)]
    parts = list(itertools.pairwise(bounds))
    return for_each(lambda k: task(*parts[k]), n_parts, work)


def scratch(name, shape, dtype):
    """Return this thread's scratch array of that name; its contents are left over from before."""
    try:
        return _local.views[name, shape, dtype]
    except (AttributeError, KeyError):
        return _scratch(name, shape, np.dtype(dtype))


def _scratch(name, shape, dtype):
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > KEEP_BELOW:
        return _aligned(n_bytes).view(dtype).reshape(shape)
    kept = _local.__dict__.setdefault("kept", {})
    views = _local.__dict__.setdefault("views", {})
    memory = kept.get((name, dtype))
    if memory is None or memory.nbytes < n_bytes:
        memory = kept[name, dtype] = _aligned(n_bytes)
        views.clear()  # they would keep the memory that this one replaces
    if len(views) == KEEP_VIEWS:
        views.clear()
    view = views[name, shape, dtype] = memory[:n_bytes].view(dtype).reshape(shape)
    return view


def _aligned(n_bytes):
    """Return zeros that begin where a line of the cache begins."""
    memory = np.zeros(n_bytes + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + n_bytes]


class _Job:
    """Calls to be made, from which threads take one after another.

    Lists alone carry what threads tell each other: their ``append`` and ``pop`` are atomic.
    """

    def __init__(self, task, n_tasks):
        self.task = task
        self.results = [None] * n_tasks
        self.errors = []
        self.waiting = list(range(n_tasks - 1, -1, -1))
        self.helping = []  # one entry for each helper that may be inside a task
        self.left = SimpleQueue()  # rings when a helper has left

    def run(self, caught=Exception):
        """Make calls until none is waiting; an interrupt of the caller passes at once."""
        while True:
            try:
                k = self.waiting.pop()
            except IndexError:
                return
            try:
                self.results[k] = self.task(k)
            except caught as error:
                self.errors.append((k, error))

    def help(self):
        """Run in a helper's thread, which enters before it looks, so that :meth:`close` sees it."""
        self.helping.append(None)
        try:
            self.run(caught=BaseException)
        finally:
            self.helping.pop()
            self.left.put(None)

    def close(self):
        """Drop the calls that wait, then wait for those that run: they write into arrays."""
        self.waiting.clear()
        interrupt = None
        while self.helping:
            try:
                self.left.get()
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def outcome(self):
        """Return the results or raise an error.

        Neither stays in the job, which a helper that comes late still holds, with all its arrays.
        """
        results, errors = self.results, self.errors
        self.task = self.results = self.errors = None
        if not errors:
            return results
        try:
            raise min(errors, key=lambda error: error[0])[1]
        finally:
            del results, errors  # the traceback refers to this frame, which must not refer to it


class _Crew:
    """The helpers: threads that sleep until one of them is handed a job."""

    def __init__(self):
        self.n_helpers = 0
        self.idle = []  # the letter box of each helper that sleeps
        self.starting = threading.Lock()

    def call(self, n_helpers, job):
        """Hand a job to as many helpers as are idle or can be started; never wait for one."""
        for _ in range(n_helpers):
            try:
                box = self.idle.pop()
            except IndexError:
                box = self.start(n_helpers)
            if box is None:
                return
            box.put(job)

    def start(self, most):
        """Start a helper if there are fewer than ``most``; return its letter box or None."""
        # A finalizer may call a layer in the middle of this: it must not wait for itself.
        if sys.is_finalizing() or not self.starting.acquire(blocking=False):
            return None
        try:
            if self.n_helpers >= most:
                return None
            box = SimpleQueue()
            name = f"minidl_{self.n_helpers}"
            threading.Thread(target=self.work, args=(box,), name=name, daemon=True).start()
            self.n_helpers += 1
            return box
        except RuntimeError:  # the system or a dying interpreter gives no further thread
            return None
        finally:
            self.starting.release()

    def work(self, box):
        while True:
            box.get().help()
            self.idle.append(box)


_crew = _Crew()


def _forget_crew():
    """Threads do not survive a fork: let the child start its own."""
    _crew.__init__()


def _usable_cpus():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_crew)
