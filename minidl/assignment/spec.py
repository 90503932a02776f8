"""What an assignment is: its tasks, what checks them, what they are worth, and its limits.

Plain data.  ``assignment.toml`` is read into it by :mod:`minidl.assignment.definition.reading`.
"""

from dataclasses import asdict, dataclass, field

FORMAT = 1
KINDS = ("shape", "values", "dtype", "purity", "gradient", "speed")
PARTS = ("public", "hidden")


@dataclass(frozen=True, slots=True)
class Limits:
    """What code that was handed in may use up.

    Attributes
    ----------
    seconds : float
        For importing a file, and for each call.
    build_seconds : float
        For compiling a ``.pyx`` file.
    memory_mb, file_mb : int
        Address space of a worker beyond what it starts with, and the largest file that it may
        write, in MiB.
    output_kb : int
        Of what it prints, in KiB; the rest is dropped.
    processes : int
        Processes and threads of a worker, where the system counts them.
    submission_mb, submission_files : int
        Size of a hand-in when unpacked, in MiB, and how many files it may have.
    """

    seconds: float = 10.0
    build_seconds: float = 120.0
    memory_mb: int = 1024
    file_mb: int = 16
    output_kb: int = 64
    processes: int = 64
    submission_mb: int = 16
    submission_files: int = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is asked of a task's function, over several cases.

    Attributes
    ----------
    kind : str
        One of ``KINDS``; a task has at most one check of a kind.
    points, hidden_points : float
        For passing all public cases, and all hidden ones: each all or nothing.
    public, hidden : tuple of str
        Names of cases.
    n_hidden : int
        How many hidden cases there are, known even where their names are not.
    against : str
        For "speed": the task's function that is the measure, ``file:function``.  It is called with
        the same arguments by name; those that it has no parameter for go into a dict, if it has
        just one parameter more.
    steps : tuple of (float, float)
        For "speed": ratios to ``against``, and the points for reaching each, both rising.
    """

    kind: str
    points: float = 0
    hidden_points: float = 0
    public: tuple = ()
    hidden: tuple = ()
    n_hidden: int = 0
    against: str = ""
    steps: tuple = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One function to be written.

    Attributes
    ----------
    id, title : str
    points : float
        The sum of its checks' points.
    file, function : str
        Where it is to be written: "layers.py", "affine_forward".
    reference : str
        ``module:function`` that is right; "" for the function of the source itself.
    needs : tuple of str
        Ids of earlier tasks that it builds on.
    layer : str
        Key in ``TWINS`` whose cases it is checked with; "" for cases of the assignment's own.
    which : str
        The layer's pass: "forward", "backward", "loss" or "gradient".
    cases : str
        ``file.py:function`` that yields cases of the assignment's own.
    returns : tuple of str
        Names of the results, without the one that is kept.
    keep : str
        Name of a last result that only goes to another function: "cache"; "" if there is none.
    checks : tuple of Check
    forbidden_imports : tuple of str
        Besides those of the assignment.
    hints : tuple of str
        Said where a public check fails.
    """

    id: str
    title: str
    points: float
    file: str
    function: str
    reference: str = ""
    needs: tuple = ()
    layer: str = ""
    which: str = ""
    cases: str = ""
    returns: tuple = ()
    keep: str = ""
    checks: tuple = ()
    forbidden_imports: tuple = ()
    hints: tuple = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A whole assignment.

    Attributes
    ----------
    name, title : str
        The name goes into file names.
    minidl : str
        Versions of minidl that it is made for: ">=0.1,<0.2".
    seed : int
        Of the cases.  It is the instructor's; 0 in a hand-out.
    editable : tuple of str
        The files that students write and hand in; nothing else is taken from a hand-in.
    given : tuple of str
        Further files of the source, handed out as they are.
    forbidden_imports : tuple of str
        Modules that no editable file may import.
    limits : Limits
    tasks : tuple of Task
        In the order in which they are marked.
    """

    name: str
    title: str
    minidl: str
    seed: int
    editable: tuple
    given: tuple = ()
    forbidden_imports: tuple = ()
    limits: Limits = field(default_factory=Limits)
    tasks: tuple = ()

    @property
    def points(self):
        """The sum of all tasks' points."""
        return sum(task.points for task in self.tasks)

    def task(self, task_id):
        """Return the task of an id; KeyError if there is none."""
        return {task.id: task for task in self.tasks}[task_id]


def as_dict(assignment):
    """Return an assignment as a dict that JSON can hold."""
    return {"format": FORMAT, **asdict(assignment)}


def from_dict(facts):
    """Return the assignment that :func:`as_dict` was given."""
    facts = {key: value for key, value in facts.items() if key != "format"}
    facts["limits"] = Limits(**facts["limits"])
    facts["tasks"] = tuple(_task(task) for task in facts["tasks"])
    return Assignment(**{key: _tuples(value) for key, value in facts.items()})


def _task(facts):
    checks = tuple(Check(**{k: _tuples(v) for k, v in check.items()}) for check in facts["checks"])
    return Task(**{key: _tuples(value) for key, value in facts.items()} | {"checks": checks})


def _tuples(value):
    """Return lists, as JSON has them, as tuples."""
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value
