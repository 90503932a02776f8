"""What is right: the functions that results are computed with, and what they return by name."""

import copy
import inspect
from dataclasses import dataclass

import numpy as np

from minidl.assignment.cases.drawing import pass_of_task
from minidl.assignment.cases.own_code import own_function
from minidl.check.reference import names_of
from minidl.students.loading import in_words
from minidl.twins import TWINS


@dataclass(frozen=True, slots=True)
class Reference:
    """The right function of a task.

    Attributes
    ----------
    task : Task
    function : callable
    """

    task: object
    function: object

    @property
    def parameters(self):
        """Names of the arguments."""
        return tuple(inspect.signature(self.function).parameters)

    def __call__(self, *arguments):
        """Call it with copies of arguments.

        Returns
        -------
        values : tuple
        last : object
            The cache, or whatever it returns beyond the results of the task; None if nothing.
        written : tuple
            The copies, as they are after the call.

        Raises
        ------
        ValueError
            If the call fails, or returns another number of results.
        """
        own, returns = copy.deepcopy(arguments), returns_of(self.task)
        try:
            result = self.function(*own)
        except Exception as error:
            name = getattr(self.function, "__name__", "the reference")
            raise ValueError(f"{name} raised {in_words(error)}") from error
        result = result if isinstance(result, tuple) else (result,)
        if len(result) not in (len(returns), len(returns) + 1):
            raise ValueError(
                f"the reference returns {len(result)} results, and the task {len(returns)}: "
                f"{', '.join(returns)}"
            )
        last = result[-1] if len(result) > len(returns) else None
        return result[: len(returns)], last, own


class References:
    """The right functions of an assignment; within `own_code`, which imports them.

    Parameters
    ----------
    assignment : Assignment
    """

    def __init__(self, assignment):
        self._assignment, self._found = assignment, {}

    def of(self, task):
        """Return the :class:`Reference` of a task."""
        if task.id not in self._found:
            self._found[task.id] = Reference(task, _function(task))
        return self._found[task.id]

    def forward(self, task):
        """Return the task whose function returns the cache that a layer's backward pass takes.

        Raises
        ------
        ValueError
            If there is none in the same file.
        """
        first = TWINS[task.layer].naive[0]
        for other in self._assignment.tasks:
            is_it = other.layer and TWINS[other.layer].naive[0] is first
            if is_it and pass_of_task(other) == "forward" and other.file == task.file:
                return self._with_cache(task, other)
        raise ValueError(
            f"task {task.id}: no task in {task.file} is the forward pass of {task.layer!r}, which "
            "returns its cache; add one, or give it cases of its own"
        )

    def of_cache(self, task, cache):
        """Return the task whose function returns what a :class:`Cache` stands for."""
        for other in self._assignment.tasks:
            if other.function == cache.function and other.file == task.file:
                return self._with_cache(task, other)
        raise ValueError(
            f"task {task.id}: a case has the cache of {cache.function!r}, and no task in "
            f"{task.file} is to write that function"
        )

    @staticmethod
    def _with_cache(task, other):
        if not other.keep:
            raise ValueError(
                f"task {task.id}: needs the cache of {other.function}, which returns none; add "
                f'keep = "cache" to task {other.id}'
            )
        return other


def returns_of(task):
    """Return the names of a task's results, without the one that is kept."""
    if task.returns or not task.layer:
        return tuple(task.returns)
    return names_of(TWINS[task.layer], pass_of_task(task))


def entries_written(task, names, arguments):
    """Return what a layer's pass has put into a dict by contract: "bn_param['running_mean']"."""
    if not task.layer or pass_of_task(task) != "forward":
        return {}
    return {
        f"{name}[{key!r}]": np.asarray(held[key])
        for name, held in zip(names, arguments, strict=False)
        if isinstance(held, dict)
        for key in TWINS[task.layer].writes
        if key in held
    }


def _function(task):
    if task.reference:
        return own_function(task.reference, task.id)
    if task.layer:
        twin = TWINS[task.layer]
        return dict(zip(twin.passes, twin.naive, strict=True))[pass_of_task(task)]
    return own_function(f"{task.file}:{task.function}", task.id)
