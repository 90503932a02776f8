"""The threads of all fast layers.

Kernels are single-threaded and release the interpreter; :func:`for_each` runs many calls of them
on the caller's thread and on helpers.  Each thread takes the next call when it has ended one: if
another process holds its core, the other threads take more, and nobody waits for a helper that has
not begun.  Which calls there are depends on the work and the number of threads alone, and a result
does not depend on the thread that computed it, so equal inputs give bit-identical results.
"""

import contextlib
import itertools
import os
import sys
import threading
from queue import SimpleQueue

from minidl.geometry import environment_integer, integer

SPLIT_ABOVE = 6_000_000  # multiply-adds: 60 to 100 microseconds, where two threads start to gain

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
        _state["n_threads"] = environment_integer("MINIDL_NUM_THREADS", 1) or _usable_cpus()
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
    job = _Job(task, n_tasks, n_helpers)
    try:
        _crew.call(n_helpers, job)
        job.run()
    finally:
        _crew.dismiss(job)
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
    parts = parts_of(n_images, n_parts)
    return for_each(lambda k: task(*parts[k]), n_parts, work)


def in_parts(call, work, parts_per_thread=1, n_split=2):
    """Return a function like ``call`` whose arrays are split by images if there is enough to do.

    Parameters
    ----------
    call : callable
        Runs a kernel on arrays with one entry for each image, then on what all images share.
    work, parts_per_thread : int
        As :func:`over_images` takes them.
    n_split : int
        How many of the arguments are to be split.
    """
    if work < SPLIT_ABOVE:
        return call

    def call_in_parts(*arguments):
        split, shared = arguments[:n_split], arguments[n_split:]

        def run(start, stop):
            call(*[array[start:stop] for array in split], *shared)

        over_images(run, len(split[0]), work, parts_per_thread)

    return call_in_parts


def parts_of(n_images, n_parts):
    """Split ``range(n_images)`` into at most ``n_parts`` parts (start, stop) of about one size."""
    n_parts = max(min(n_parts, n_images), 1)
    bounds = [n_images * part // n_parts for part in range(n_parts + 1)]
    return list(itertools.pairwise(bounds))


def in_every_thread(task):
    """Call ``task()`` once in the caller's thread and in each helper's, unless that is busy."""
    n_helpers = _crew.n_helpers
    together = threading.Barrier(n_helpers + 1)  # of those who take a call, none takes a second

    def once(_):
        task()
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)  # a helper that another caller keeps busy stays as it is

    job = _Job(once, n_helpers + 1, n_helpers)
    try:
        _crew.call(n_helpers, job)
        job.run()
    finally:
        _crew.dismiss(job)


class _Job:
    """Calls to be made, from which threads take one after another.

    Lists alone carry what threads tell each other: their ``append`` and ``pop`` are atomic.
    """

    def __init__(self, task, n_tasks, n_helpers):
        self.task = task
        self.results = [None] * n_tasks
        self.errors = []
        self.waiting = list(range(n_tasks - 1, -1, -1))
        self.places = [None] * n_helpers  # for those who may yet come to help
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

    def wants_help(self):
        return bool(self.waiting and self.places)

    def help(self):
        """Run in a helper's thread, if there is a place and work left for it."""
        if not self.wants_help():
            return
        try:
            self.places.pop()
        except IndexError:  # another helper was quicker
            return
        self.helping.append(None)  # before it takes a call, so that close() sees it
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
        """Return the results, or raise the error of the first call that has one."""
        if not self.errors:
            return self.results
        _, error = min(self.errors, key=lambda found: found[0])
        self.errors = None
        try:
            raise error
        finally:
            del error  # its traceback refers to this frame: a cycle that would keep arrays alive


class _Crew:
    """The helpers: threads that sleep until there is a job, and then look for one."""

    def __init__(self):
        self.jobs = []
        self.idle = []  # the door bell of each helper that sleeps
        self.n_helpers = 0
        self.starting = threading.Lock()

    def call(self, n_helpers, job):
        """Wake or start helpers for a job; wait for none, as one that is busy may still come."""
        self.jobs.append(job)
        for _ in range(n_helpers):
            try:
                self.idle.pop().put(None)
            except IndexError:
                if self.n_helpers < n_helpers:
                    self.start()

    def dismiss(self, job):
        """Close a job and let it go."""
        try:
            job.close()
        finally:
            if job in self.jobs:  # a child that was forked in the middle of it has none
                self.jobs.remove(job)

    def start(self):
        """Start a helper, if the system has another thread to give."""
        # A finalizer may call a layer in the middle of this: it must not wait for itself.
        if sys.is_finalizing() or not self.starting.acquire(blocking=False):
            return
        try:
            name = f"minidl_{self.n_helpers}"
            threading.Thread(target=self.work, name=name, daemon=True).start()
            self.n_helpers += 1
        except RuntimeError:  # at a limit of the system, or at interpreter exit
            pass
        finally:
            self.starting.release()

    def work(self):
        bell = SimpleQueue()
        while True:
            for job in tuple(self.jobs):
                job.help()
            job = None  # it shall not live until the next one
            self.idle.append(bell)
            # A job that came between the look and the line above found this helper neither
            # looking nor asleep.
            if any(job.wants_help() for job in tuple(self.jobs)):
                try:
                    self.idle.remove(bell)
                    continue
                except ValueError:  # somebody is ringing
                    pass
            bell.get()


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
