"""Mark one hand-in: task after task, with the reference in the place of what failed before."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from minidl.assignment.cases.trial import Cache
from minidl.assignment.marking.calling import Caller, Failed, status_of
from minidl.assignment.marking.forbidding import forbidden_by_task
from minidl.assignment.marking.likely import likely_causes
from minidl.assignment.marking.tally import Tally
from minidl.assignment.marking.workers import Workers
from minidl.assignment.outcome import Marks
from minidl.assignment.spec import PARTS
from minidl.assignment.speed.speed import speed_outcome
from minidl.students import NotStarted, StudentError


def mark(
    assignment,
    folder,
    trials,
    stand_ins=None,
    parts=PARTS,
    only=None,
    box=None,
    builds=None,
    hints=False,
):
    """Mark a hand-in.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        The files of the hand-in, with the given ones.
    trials : dict of str to dict
        By the task's id: ``{"public": trials, "hidden": trials}``; those of ``parts``.
    stand_ins : path-like, optional
        Where a file lies for each task in which it alone is solved.  With it, a task that did not
        pass is replaced for later ones that need it; without, nothing is.
    parts : tuple of str
        "public", "hidden" or both.
    only : collection of str, optional
        Ids of the tasks to tell of.
    box : Box, optional
        How code that was handed in is confined; by default by the assignment's limits, and as far
        as this system can.
    builds : Builds, optional
        What compiles ``.pyx`` files.
    hints : bool
        Whether to look for likely causes, for the student.

    Returns
    -------
    Marks

    Raises
    ------
    ValueError
        If ``only`` names no task.
    """
    asked = _asked(assignment, only)
    with Workers(assignment, folder, stand_ins, box, builds) as workers:
        hand_in = _HandIn(assignment, folder, trials, workers, parts, hints)
        for task in assignment.tasks:
            if task.id in hand_in.closure(asked):
                hand_in.mark(task)
    return Marks(tuple(hand_in.outcomes[t.id] for t in assignment.tasks if t.id in asked))


def _asked(assignment, only):
    ids = [task.id for task in assignment.tasks]
    unknown = [name for name in only or () if name not in ids]
    if unknown:
        raise ValueError(f"mark: there is no task {unknown[0]!r}; there are {', '.join(ids)}")
    return set(ids if only is None else only)


class _HandIn:
    """The tasks of one hand-in, and what came out of them so far."""

    def __init__(self, assignment, folder, trials, workers, parts, hints):
        self._assignment, self._folder = assignment, Path(folder)
        self._trials, self._workers, self._parts, self._hints = trials, workers, parts, hints
        self._forbidden = forbidden_by_task(assignment, folder)
        self.outcomes, self._failed = {}, set()

    def closure(self, ids):
        """Return ids of tasks, and of all that they need."""
        found = set(ids)
        for task in reversed(self._assignment.tasks):
            if task.id in found:
                found |= set(task.needs) | self._of_caches(task)
        return found

    def mark(self, task):
        """Mark one task; those that it needs must be marked."""
        replaced = self._replaced(task)
        try:
            outcome = self._marked(task, replaced)
        except Exception as error:  # a fault of ours, which must not end the others
            is_told = isinstance(error, (ImportError, OSError))  # of what is not installed
            says = str(error) if is_told else f"{type(error).__name__}: {error}"
            outcome = self._tally(task, replaced).all("grader error", says)
        self.outcomes[task.id] = outcome
        without_speed = [check.status for check in outcome.checks if check.kind != "speed"]
        if set(without_speed or [outcome.status]) != {"passed"}:
            self._failed.add(task.id)

    def _of_caches(self, task):
        """Return ids of the tasks whose functions make the caches that a task is given."""
        caches = {
            argument.function
            for part in self._parts
            for trial in self._trials.get(task.id, {}).get(part, ())
            for argument in trial.arguments
            if isinstance(argument, Cache)
        }
        others = [other for other in self._assignment.tasks if other.file == task.file]
        return {other.id for other in others if other.function in caches}

    def _replaced(self, task):
        if not self._workers.replaces:
            return ()
        needed = self.closure([task.id]) - {task.id}
        order = [other.id for other in self._assignment.tasks]
        return tuple(name for name in order if name in needed & self._failed)

    def _tally(self, task, replaced):
        return Tally(task, self._trials.get(task.id, {}), self._parts, replaced, self._folder)

    def _marked(self, task, replaced):
        tally = self._tally(task, replaced)
        if not (self._folder / task.file).is_file():
            return tally.all("not attempted", f"there is no file {task.file}")
        if self._forbidden[task.id]:
            return tally.all("wrong", self._forbidden[task.id])
        find = partial(self._workers.student, task.file, replaced, task.forbidden_imports)
        now = self._parts[0]
        try:
            student = find(part=now)
        except NotStarted:
            raise
        except StudentError as error:
            return tally.all(status_of(error), str(error))
        caller = Caller(task, self._assignment.tasks, student)
        for part, trial, twice in tally.wanted():
            if part != now:
                caller.go_on(partial(find, part=part))
                now = part
            seen = caller.observe(trial, twice)
            if isinstance(seen, Failed) and seen.status == "not attempted":
                missing = self._missing(task, seen.says)
                status = "skipped" if missing else "not attempted"
                says = seen.says if part == "public" else f"{task.function}: not written yet"
                return tally.all(status, missing or says)  # hidden numbers could be in its words
            tally.add(part, trial, seen)
        outcome = tally.outcome(partial(self._speed, task, replaced))
        return self._with_hints(task, outcome, tally) if self._hints else outcome

    def _missing(self, task, says):
        """Return which of the functions that a task needs is not written, if it said so."""
        for name in sorted(self.closure([task.id]) - {task.id}):
            needed = self._assignment.task(name)
            is_missing = self.outcomes[name].status in ("not attempted", "skipped")
            if is_missing and needed.function in says.replace(f"{task.function}:", ""):
                return f"needs {needed.function}, which is not written yet"
        return ""

    def _speed(self, task, replaced, check, part, trials):
        return speed_outcome(task, check, part, trials, self._workers, replaced)

    def _with_hints(self, task, outcome, tally):
        failed = any(c.part == "public" and c.failed for c in outcome.checks)
        if not failed:
            return outcome
        causes = likely_causes(task, tally.seen.get("public", {}).values())
        return replace(outcome, likely=(*causes, *task.hints))
