"""What must hold before an assignment is handed out, tried by marking it.

The grader that marks hand-ins marks here three kinds of them whose marks are known: the hand-out
itself, the solution, and for each task the hand-out in which this task alone is solved.
"""

import tempfile
from pathlib import Path

from minidl.assignment.making.manifest import write_files
from minidl.assignment.marking.marking import mark
from minidl.assignment.marking.workers import box_for
from minidl.assignment.points import in_words


class Proof:
    """The files of an assignment, and what has been found wrong with it.

    Parameters
    ----------
    assignment : Assignment
    trials : dict
        By id of task ``{"public": trials, "hidden": trials}``.
    handed_out, solution : dict of str to bytes
        The editable and given files as students get them, and solved.
    alone, stand_ins : dict of str to dict
        By id of task such files in which it alone is solved; in which what it needs is, too.
    builds : Builds
        Where compiled files are kept.
    """

    def __init__(self, assignment, trials, handed_out, solution, alone, stand_ins, builds):
        self.assignment, self.trials, self.builds = assignment, trials, builds
        self.handed_out, self.solution = handed_out, solution
        self.files_alone, self.stand_ins = alone, stand_ins

    def untouched(self):
        """Return what is wrong if the untouched hand-out gets points.

        Returns
        -------
        list of str
            Sentences; none if all is well.
        """
        found = []
        for task in self._mark(self.handed_out):
            if task.status == "grader error":
                found.append(f"task {task.id} cannot be marked here{_why(task)}")
            elif task.status != "not attempted" or task.points:
                found.append(
                    f"task {task.id} is {task.status} in the untouched hand-out"
                    f"{_points(task)}{_why(task)}; its stub must raise NotImplementedError at the "
                    "first call: is its solution marked, and all of it?"
                )
        return found

    def solved(self):
        """Return what is wrong if the solution does not get all points."""
        found = []
        for task in self._mark(self.solution):
            if task.status != "passed" or task.points != task.out_of:
                found += [
                    f"the solution gets {task.points:g} of {in_words(task.out_of)} for task "
                    f"{task.id}: {what}; mend {self.assignment.task(task.id).file}, or the check "
                    "in assignment.toml"
                    for what in _failures(task)
                ]
        return found

    def alone(self, task_id):
        """Return what is wrong if a task cannot be marked for itself.

        The hand-in is the hand-out with this task solved; the reference stands in for the others.
        """
        found = []
        files = {**self.handed_out, **self.files_alone[task_id]}
        for task in self._mark(files, only=[task_id]):
            if task.status != "passed" or task.points != task.out_of:
                found += [
                    f"task {task_id} gets {task.points:g} of {in_words(task.out_of)} when it alone "
                    f"is solved: {what}; name the tasks whose functions it calls in its needs, and "
                    "mark helpers outside of it as a part of their own"
                    for what in _failures(task)
                ]
        others = {task.id for task in self.assignment.tasks} - {task_id}
        # Without stand-ins: with them, each of the others would start a worker of its own.
        for task in self._mark(files, stand_in=False, only=others):
            if task.status not in ("not attempted", "skipped") or task.points:
                found.append(
                    f"with task {task_id} alone solved, task {task.id} is {task.status}"
                    f"{_points(task)}{_why(task)}; no marked part may solve two tasks"
                )
        return found

    def _mark(self, files, stand_in=True, only=None):
        with tempfile.TemporaryDirectory(prefix="minidl-") as temporary:
            folder = Path(temporary)
            write_files(folder / "hand-in", files)
            stand_ins = None
            if stand_in:
                stand_ins = folder / "stand_ins"
                for task, solved in self.stand_ins.items():
                    write_files(stand_ins / task, solved)
            marks = mark(
                self.assignment,
                folder / "hand-in",
                self.trials,
                stand_ins=stand_ins,
                only=only,
                box=box_for(self.assignment.limits),
                builds=self.builds,
            )
        return marks.tasks


def _points(task):
    return f", and gets {in_words(task.points)}" if task.points else ""


def _why(task):
    return f": {task.says}" if task.says else ""


def _failures(task):
    """Return for each part of a check that failed what is wrong in its first case."""
    if task.status == "grader error":
        return [f"{task.status}, {task.says}"]
    found = []
    for check in task.checks:
        if check.status != "passed" or check.points != check.out_of:
            first = check.failed[0] if check.failed else None
            case = f", case {first.name!r}: {first.says}" if first else ""
            says = f" ({check.says})" if check.says else ""
            found.append(f"{check.kind}, {check.part}, {check.status}{says}{case}")
    return found or [task.says or task.status]
