"""The functions that a check of speed runs in turn: the one that is marked, and two others."""

from dataclasses import replace
from functools import partial

import numpy as np

from minidl.assignment.cases.references import returns_of
from minidl.assignment.cases.trial import Cache
from minidl.assignment.marking.calling import Caller
from minidl.assignment.marking.verdicts import Observed, verdict
from minidl.assignment.speed.against import in_terms_of, parameters_of
from minidl.students import StudentError

JUDGED = ("shape", "dtype", "values")


class NoMeasureError(Exception):
    """The function that is the measure does not work, so nothing can be held against it."""


class NotRightError(Exception):
    """A result is another one than that of the measure."""


class Sides:
    """Makes calls of one task's function, of that which it is held against, and of one that idles.

    Parameters
    ----------
    task : Task
    against : str
        "convolution.py:conv_forward".
    workers : Workers
    replaced : tuple of str
        Ids of tasks that the reference stands in for.

    Raises
    ------
    StudentError
        If the student's file cannot be compiled or imported.
    NoMeasureError
    """

    def __init__(self, task, against, workers, replaced):
        tasks = workers.assignment.tasks
        student = workers.student(task.file, replaced, task.forbidden_imports, optimised=True)
        self._task, self._against = task, against
        self._student, self._own = student, Caller(task, tasks, student)
        file, _, function = against.partition(":")
        other = next((t for t in tasks if (t.file, t.function) == (file, function)), None)
        if other is None:
            raise ValueError(f"task {task.id}: {against}, the measure of its speed, is no task")
        self._names = parameters_of(workers.solved(task), task.function)
        self._parameters = parameters_of(workers.solved(other), function)
        try:
            self._measure = Caller(other, tasks, workers.reference(other))
        except StudentError as error:
            raise self._no_measure(error) from None
        self._idle = workers.idle()
        self._reference = None
        if workers.replaces:
            self._reference = Caller(task, tasks, workers.reference(task))

    def own(self, arguments):
        """Return what calls the function that is marked."""
        return partial(self._own.call, self._own.with_caches(arguments))

    def rest(self):
        """End the process of the function that is marked, until it is called again."""
        self._student.close()

    def measure(self, arguments):
        """Return what calls the function that it is held against."""
        arguments = in_terms_of(self._parameters, self._names, arguments)
        try:
            return partial(self._measured, self._measure.with_caches(arguments))
        except StudentError as error:
            raise self._no_measure(error) from None

    def hold(self, call):
        """Let :meth:`idle` return what a call of the measure returned."""
        self._idle.call("hold", *self._right(call))

    def idle(self, arguments):
        """Return what calls a function that takes and returns as much and does nothing."""
        return partial(self._idle.call, "idle", *map(_without_cache, arguments))

    def judge(self, trial, call, measured):
        """Compare the results of two calls.

        Raises
        ------
        NotRightError
        """
        wanted = dict(zip(returns_of(self._task), self._right(measured), strict=True))
        wanted = {name: None if one is None else np.asarray(one) for name, one in wanted.items()}
        observed = Observed(self._task, replace(trial, right=wanted, slopes=()), call)
        for kind in JUDGED:
            says = verdict(kind, observed)
            if says:
                raise NotRightError(says)

    def judge_by_reference(self, trial, arguments, call):
        """Compare results with the reference's, which takes less time than the measure."""
        if self._reference is not None:
            reference = self._reference
            self.judge(trial, call, reference.call(reference.with_caches(arguments)))

    def _measured(self, arguments):
        try:
            return self._measure.call(arguments)
        except StudentError as error:
            raise self._no_measure(error) from None

    def _no_measure(self, error):
        function = self._against.partition(":")[2]
        return NoMeasureError(f"{function}, the measure, does not work: {error}")

    def _right(self, call):
        """Return those of the measure's results that the task's function has, too."""
        return call.values[: len(returns_of(self._task))]


def _without_cache(argument):
    """Return what travels in a call: of a cache, only its number."""
    return 0 if isinstance(argument, Cache) else argument
