"""What came out of marking: for each case that failed, each check, each task, and in all."""

from dataclasses import asdict, dataclass

STATUSES = (
    "passed",
    "wrong",
    "crashed",
    "timed out",
    "out of memory",
    "not attempted",
    "skipped",
    "grader error",
)


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """A case that did not pass.

    Attributes
    ----------
    name : str
        The case.
    status : str
        One of ``STATUSES``.
    case : str
        Its arguments in words: "x (2, 3, 5, 5), stride 1, float64".
    says : str
        What is wrong, in one line.
    """

    name: str
    status: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One part of one check.

    Attributes
    ----------
    kind, part : str
        See :mod:`minidl.assignment.spec`.
    status : str
        "passed" only if all cases ran and passed; of speed, if all results were right.
    points, out_of : float
    cases : int
        How many there are.
    ran : int
        In how many of them there was something to look at.
    failed : tuple of TrialOutcome
    says : str
        More about it: the ratio that a speed check reached.
    """

    kind: str
    part: str
    status: str
    points: float
    out_of: float
    cases: int
    ran: int
    failed: tuple = ()
    says: str = ""


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One task.

    Attributes
    ----------
    id, title, status : str
    points, out_of : float
    says : str
        What is wrong, in one line; "" if it passed.
    replaced : tuple of str
        Ids of earlier tasks for which the reference stood in.
    likely : tuple of str
        What may be the cause.
    checks : tuple of CheckOutcome
    """

    id: str
    title: str
    status: str
    points: float
    out_of: float
    says: str = ""
    replaced: tuple = ()
    likely: tuple = ()
    checks: tuple = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """All tasks of one hand-in, in order."""

    tasks: tuple

    @property
    def points(self):
        """What was reached."""
        return sum(task.points for task in self.tasks)

    @property
    def out_of(self):
        """What could be reached."""
        return sum(task.out_of for task in self.tasks)

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        return {"points": self.points, "out_of": self.out_of, **asdict(self)}


def marks_from_dict(facts):
    """Return the marks of which :meth:`Marks.as_dict` made ``facts``."""
    return Marks(tuple(_task(task) for task in facts["tasks"]))


def _task(facts):
    checks = tuple(_check(check) for check in facts["checks"])
    own = {key: tuple(facts[key]) for key in ("replaced", "likely")}
    return TaskOutcome(**{**facts, **own, "checks": checks})


def _check(facts):
    failed = tuple(TrialOutcome(**trial) for trial in facts["failed"])
    return CheckOutcome(**{**facts, "failed": failed})
