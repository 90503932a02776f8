"""Call a task's function in every case, until it is clear that there is no use."""

import time
from dataclasses import dataclass

from minidl.assignment.cases.references import returns_of
from minidl.assignment.cases.trial import Cache
from minidl.assignment.marking.verdicts import Observed
from minidl.students import CallFailed, NotStarted, StudentError

MOST_ENDS = 3  # of a worker in one task; then the rest of its cases is not tried
MOST_LIMITS = 10  # times the limit of one call: what all cases of a task may take together
STATUSES = {  # by the name of a failure
    "CannotBuild": "wrong",
    "Crashed": "crashed",
    "Ended": "crashed",
    "Lost": "crashed",
    "NotWritten": "not attempted",
    "OutOfMemory": "out of memory",
    "TimedOut": "timed out",
}


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """A case in which there is nothing to look at.

    Attributes
    ----------
    trial : Trial
    status : str
        See :data:`minidl.assignment.outcome.STATUSES`.
    says : str
    error : StudentError or None
        None if it was not tried.
    """

    trial: object
    status: str
    says: str
    error: object = None

    @property
    def ran(self):
        """Whether the case was tried."""
        return self.error is not None


class Caller:
    """Calls one task's function.

    Parameters
    ----------
    task : Task
    tasks : tuple of Task
        All of the assignment.
    student : Student
    """

    def __init__(self, task, tasks, student):
        self._task, self._student = task, student
        self._keeps = {other.function: other for other in tasks if other.file == task.file}
        self._ends, self._over, self._calls, self._seconds = 0, None, 0, 0.0

    def go_on(self, find):
        """Call the functions of another worker from now on: that which ``find`` returns."""
        if self._over is None:
            try:
                self._student = find()
            except NotStarted:
                raise
            except StudentError as error:
                self._over = status_of(error), str(error)

    def observe(self, trial, twice):
        """Return what happened in a case, an ``Observed`` or a ``Failed``.

        Parameters
        ----------
        trial : Trial
        twice : bool
            Whether to make the same call once more.
        """
        if self._over is not None:
            return Failed(trial, *self._over)
        start = time.monotonic()
        try:
            return self._observed(trial, twice)
        finally:
            self._seconds += time.monotonic() - start
            most = MOST_LIMITS * self._student.limit
            if self._seconds > most and self._over is None:
                self._over = "timed out", f"not run, as cases before it took {most:g} s in all"

    def _observed(self, trial, twice):
        self._calls += 1
        try:
            arguments = self.with_caches(trial.arguments)
            first = self.call(arguments)
        except NotStarted:
            raise
        except StudentError as error:
            return self._failed(error, trial)
        again = None
        if twice:
            try:
                again = self.call(arguments)
            except CallFailed as error:
                again = error
                self._failed(error, trial)
        return Observed(self._task, trial, first, again)

    def call(self, arguments):
        """Call the function once, with what :meth:`with_caches` returned."""
        task = self._task
        return self._student.call(
            task.function, *arguments, returns=returns_of(task), keep=task.keep or None
        )

    def with_caches(self, arguments):
        """Return arguments with what the hand-in's own function returns for every ``Cache``."""
        return tuple(self._kept(a) if isinstance(a, Cache) else a for a in arguments)

    def _kept(self, cache):
        task = self._keeps[cache.function]
        call = self._student.call(
            task.function, *cache.arguments, returns=returns_of(task), keep=task.keep
        )
        return call.kept

    def _failed(self, error, trial):
        status = status_of(error)
        if status == "not attempted" and self._calls > 1:
            status = "wrong"
        self._ends += not self._student.running
        if status == "timed out":
            self._over = status, f"not run, as case {trial.name!r} did not end in time"
        elif self._ends == MOST_ENDS:
            self._over = status, f"not run, as {MOST_ENDS} cases before it ended the process"
        return Failed(trial, status, str(error), error)


def status_of(error):
    """Return the status that a failure makes."""
    name = type(error).__name__
    if name == "CannotLoad" and isinstance(error.__context__, CallFailed):
        return status_of(error.__context__)  # what importing the file did
    if name == "CannotLoad" and "has no function" in str(error):
        return "not attempted"
    if name == "CannotBuild" and error.passing:
        return "timed out"
    return STATUSES.get(name, "wrong")
