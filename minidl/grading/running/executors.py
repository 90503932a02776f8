"""Where hand-ins are graded: in this process, in several of this machine, or wherever else."""

import concurrent.futures
import contextlib

from minidl.grading.confinement import in_force
from minidl.grading.marked import grade_one
from minidl.grading.running.processes import Processes


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
        """Return in lines how a hand-in is confined."""
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
        """Return in lines how a hand-in is confined where they are graded."""
        return self._executor.submit(in_force, required).result()


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
        from minidl.grading.running.cluster import Cluster

        return Cluster(executor)
    if not isinstance(executor, concurrent.futures.Executor):
        raise TypeError(
            "grade: executor must be one of concurrent.futures, or a text like "
            f"'dask://host:8786', got {type(executor).__name__}"
        )
    return Given(executor)
