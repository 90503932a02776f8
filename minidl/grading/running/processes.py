"""Several processes of this machine that grade, and end with this one, even if it is killed."""

import concurrent.futures
import contextlib
import os
import pickle
import queue
import subprocess
import sys

from minidl.grading.confinement import in_force
from minidl.grading.running.serving import PATIENCE

PROGRAM = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from minidl.grading.running.serving import serve; serve()"
)


class WorkerLost(RuntimeError):  # noqa: N818 - it says what happened
    """A process that graded ended without an answer: somebody killed it, or memory ran out."""


class Processes:
    """Grade in several processes.

    Each is started as a program of its own, with nothing of the script that this one runs, so that
    it need not guard its own beginning.  If one is lost, the others do not notice.

    Parameters
    ----------
    jobs : int
    """

    lost = (WorkerLost, concurrent.futures.CancelledError)

    def __init__(self, jobs):
        self.room = jobs + 1
        self._pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self._workers = [_Worker() for _ in range(jobs)]
        self._free = queue.SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)

    def share(self, parcel):
        """Return what to pass to :meth:`submit` for a parcel."""
        return parcel

    def submit(self, *arguments):
        """Let a hand-in be graded, and return its future."""
        return self._pool.submit(self._ask, arguments)

    def _ask(self, arguments):
        worker = self._free.get()
        try:
            return worker.ask(arguments)
        finally:
            self._free.put(worker)

    def in_force(self, required):
        """Return in lines how a hand-in is confined."""
        return in_force(required)

    def mend(self):
        """Nothing is to be mended: who is lost is replaced when the next hand-in comes."""

    def close(self, now):
        """End the processes; what they are at is dropped, and they clean up."""
        for worker in self._workers:
            worker.close()
        self._pool.shutdown(wait=True, cancel_futures=now)
        for worker in self._workers:
            worker.wait()


class _Worker:
    """One process, started when it is first needed, and anew when it is lost."""

    def __init__(self):
        self._process, self._closed = None, False

    def ask(self, arguments):
        """Send the arguments of :func:`minidl.grading.grade_one`, and return its result."""
        if self._closed:
            raise WorkerLost("it was told to stop")
        if self._process is None or self._process.poll() is not None:
            self._start()
        request = pickle.dumps(arguments)  # as a whole: half of one would spoil the pipe
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
            graded, error = pickle.load(self._process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            self.close(ours=False)
            self.wait()
            raise WorkerLost(f"it ended, {self._process.returncode}") from None
        if graded is None:
            raise RuntimeError(error)
        return graded

    def _start(self):
        group = (  # Ctrl-C is for this process, which tells the others
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        command = [sys.executable, "-c", PROGRAM]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, **pipes, **group)
        pickle.dump(sys.path, self._process.stdin)

    def close(self, ours=True):
        """Tell the process to end."""
        self._closed = self._closed or ours
        if self._process is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.close()

    def wait(self):
        """Wait for its end, and bring it about if it does not come."""
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE + 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
