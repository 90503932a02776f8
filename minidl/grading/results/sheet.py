"""All hand-ins with what they reached, overrides applied: what every result is made from."""

from dataclasses import dataclass

from minidl.assignment.outcome import TaskOutcome, marks_from_dict
from minidl.grading.record import GRADED
from minidl.grading.results.overrides import Override, read_overrides


@dataclass(frozen=True, slots=True)
class Line:
    """One task of one hand-in.

    Attributes
    ----------
    task : TaskOutcome
        As it was graded.
    override : Override or None
    """

    task: TaskOutcome
    override: Override | None

    @property
    def points(self):
        """What counts."""
        return self.task.points if self.override is None else self.override.points

    @property
    def changed(self):
        """How and why its points are not those of the grader, or ""."""
        return _changed(self.task.points, self.override) if self.override else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One hand-in.

    Attributes
    ----------
    record : dict
    lines : tuple of Line
    override : Override or None
        Of the total.
    """

    record: dict
    lines: tuple
    override: Override | None

    @property
    def id(self):
        """Its id."""
        return self.record["id"]

    @property
    def points(self):
        """What counts."""
        return self.override.points if self.override else self.sum

    @property
    def sum(self):
        """The tasks' points."""
        return sum(line.points for line in self.lines)

    @property
    def out_of(self):
        """What could be reached."""
        return self.record["out_of"]

    @property
    def is_graded(self):
        """Whether its checks were run, and the grader did not fail."""
        return self.record["status"] == GRADED

    def failed(self, most=None):
        """Return in words which tasks have not passed: "wrong: sgd; skipped: net"."""
        by_status = {}
        for line in self.lines:
            if line.task.status != "passed":
                by_status.setdefault(line.task.status, []).append(line.task.id)
        return "; ".join(f"{status}: {_some(ids, most)}" for status, ids in by_status.items())

    @property
    def overrides(self):
        """What was overridden and why, a line each."""
        found = [f"{line.task.id}: {line.changed}" for line in self.lines if line.override]
        in_all = [f"in all: {_changed(self.sum, self.override)}"] if self.override else []
        return found + in_all


def _some(names, most):
    if most is None or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _changed(before, override):
    return f"{override.points:g} instead of {before:g} points, overridden: {override.reason}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All hand-ins.

    Attributes
    ----------
    rows : tuple of Row
        In the order of their ids.
    """

    rows: tuple

    @property
    def title(self):
        """The assignment's title."""
        return self.rows[0].record["title"] if self.rows else "no hand-ins"

    @property
    def graded(self):
        """The hand-ins whose checks were run."""
        return [row for row in self.rows if row.is_graded]

    @property
    def tasks(self):
        """The tasks of all hand-ins, each as the first hand-in has it."""
        found = {}
        for row in self.rows:
            for line in row.lines:
                found.setdefault(line.task.id, line.task)
        return list(found.values())

    @property
    def is_mixed(self):
        """Whether hand-ins were graded with different bundles or versions."""
        return len({(row.record["bundle"], row.record["minidl"]) for row in self.rows}) > 1

    def as_dicts(self):
        """Return each hand-in as a dict that JSON can hold: its record, with what counts."""
        return [
            {**row.record, "points": row.points, "overridden": row.overrides} for row in self.rows
        ]

    def lines_of(self, task_id):
        """Return the lines of one task, of the hand-ins that were graded."""
        return [line for row in self.graded for line in row.lines if line.task.id == task_id]

    def checks_of(self, task_id):
        """Return, by (kind, part), the outcomes of a task's checks in all that were graded."""
        found = {}
        for line in self.lines_of(task_id):
            for check in line.task.checks:
                found.setdefault((check.kind, check.part), []).append(check)
        return found


def make_sheet(records, overrides=None):
    """Return the sheet of records.

    Parameters
    ----------
    records : sequence of dict
    overrides : path-like, optional
        See :func:`minidl.grading.results.overrides.read_overrides`.
    """
    marks = {record["id"]: marks_from_dict(record["marks"]) for record in records}
    found = {}
    if overrides is not None:
        out_of = {
            record["id"]: {"": record["out_of"]}
            | {task.id: task.out_of for task in marks[record["id"]].tasks}
            for record in records
        }
        found = read_overrides(overrides, out_of)
    return Sheet(tuple(_row(record, marks[record["id"]], found) for record in records))


def _row(record, marks, overrides):
    lines = tuple(Line(task, overrides.get((record["id"], task.id))) for task in marks.tasks)
    return Row(record, lines, overrides.get((record["id"], "")))
