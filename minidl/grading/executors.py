"""Where hand-ins are graded: in this process, in several of this machine, or wherever else."""

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures.process import BrokenProcessPool

from minidl.grading.confinement import in_force
from minidl.grading.marked import grade_one

PATIENCE = 10.0  # seconds in which a worker that was told to stop cleans up


class Here:
    """Grade in this process, one hand-in after another."""

    room = 1
    lost = ()

    def share(self, parcel):
        """Return what to pass to :meth:`submit` for a parcel."""
        return parcel

    def submit(self, *arguments):
        """Grade a hand-in, and return a future that is done."""
        future = concurrent.futures.Future()
        future.set_result(grade_one(*arguments))
        return future

    def in_force(self, required):
        """Return in words, a line each, how a hand-in is confined."""
        return in_force(required)

    def mend(self):
        """Go on after a worker was lost."""

    def close(self, now):
        """End; ``now`` does not wait for what is being graded."""


class Given(Here):
    """Grade by any executor of ``concurrent.futures``, which stays open.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    """

    room = 64
    lost = (concurrent.futures.BrokenExecutor, concurrent.futures.CancelledError)

    def __init__(self, executor):
        self._executor = executor

    def submit(self, *arguments):
        """Let a hand-in be graded, and return its future."""
        return self._executor.submit(grade_one, *arguments)

    def in_force(self, required):
        """Return in words, a line each, how a hand-in is confined where they are graded."""
        return self._executor.submit(in_force, required).result()


class Processes(Here):
    """Grade in several processes of this machine, which end with this one, even if it is killed.

    Parameters
    ----------
    jobs : int
    """

    lost = (BrokenProcessPool, concurrent.futures.CancelledError)

    def __init__(self, jobs):
        self._jobs, self.room = jobs, jobs + 1
        self._begin()

    def _begin(self):
        context = multiprocessing.get_context("spawn")
        ours, self._mouth = context.Pipe(duplex=False)  # closed by the system when we are killed
        self._pool = concurrent.futures.ProcessPoolExecutor(
            self._jobs, mp_context=context, initializer=_begin_worker, initargs=(ours,)
        )

    def submit(self, *arguments):
        """Let a hand-in be graded, and return its future."""
        return self._pool.submit(_work, arguments)

    def mend(self):
        """Begin anew if a process was ended from outside."""
        self.close(now=True)
        self._begin()

    def close(self, now):
        """End the processes; ``now`` lets them drop what they are at, and clean up."""
        if now:
            self._mouth.close()
        self._pool.shutdown(wait=True, cancel_futures=now)
        self._mouth.close()


_idle = threading.Event()  # in a worker: between two hand-ins
_idle.set()
_stopping = threading.Event()


def _begin_worker(pipe):
    signal.signal(signal.SIGINT, _interrupted)
    threading.Thread(target=_listen, args=(pipe,), daemon=True).start()


def _interrupted(*_):
    """Ctrl-C reaches all processes of a terminal; the first one decides what happens."""
    if _stopping.is_set() and not _idle.is_set():
        raise KeyboardInterrupt


def _listen(pipe):
    """Wait for the end of the pipe: the process that grades has closed it, or is gone."""
    with contextlib.suppress(EOFError, OSError):
        pipe.recv()
    _stopping.set()
    if hasattr(signal, "pthread_kill"):  # wakes a thread that waits for a lock; the other does not
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
    parent = multiprocessing.parent_process()
    parent.join(1.0)
    if not _idle.wait(PATIENCE) or not parent.is_alive():
        os._exit(1)  # nobody is left who would tell this process to end, or it does not listen


def _work(arguments):
    _idle.clear()
    try:
        return None if _stopping.is_set() else grade_one(*arguments)
    except KeyboardInterrupt:  # folders are removed and workers ended by now; nobody waits for it
        return None
    finally:
        _idle.set()


@contextlib.contextmanager
def opened(executor, jobs):
    """Open what an option or an argument names, and close it again.

    Parameters
    ----------
    executor : None, str or concurrent.futures.Executor
        A text is the address of a cluster: ``dask://host:port``.
    jobs : int
        Processes, where there is no executor.

    Raises
    ------
    TypeError, ValueError, ImportError, OSError
        If there is no such executor or cluster.
    """
    farm = _farm(executor, jobs)
    now = True
    try:
        yield farm
        now = False
    finally:
        farm.close(now)


def _farm(executor, jobs):
    if executor is None:
        return Here() if jobs == 1 else Processes(jobs)
    if jobs != 1:
        raise ValueError("grade: jobs are processes of this machine; an executor has its own")
    if isinstance(executor, str):
        from minidl.grading.cluster import Cluster

        return Cluster(executor)
    if not isinstance(executor, concurrent.futures.Executor):
        raise TypeError(
            "grade: executor must be one of concurrent.futures, or a text like "
            f"'dask://host:8786', got {type(executor).__name__}"
        )
    return Given(executor)
