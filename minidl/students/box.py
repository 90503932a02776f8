"""How far code that is not ours is confined, and what it may use up."""

from dataclasses import dataclass

from minidl.geometry import integer


@dataclass(frozen=True, slots=True)
class Box:
    """What a worker may use up, see and do.  What a system cannot hold it to is left out.

    Seconds are not here: they are the ``limit`` of a :class:`~minidl.students.Student`.

    Attributes
    ----------
    memory_mb : int
        Address space beyond what the interpreter takes with NumPy, in MiB.
    file_mb : int
        Size of the largest file that may be written, in MiB.
    output_kb : int
        How much of what is printed is kept, in KiB; the rest is dropped.
    processes : int
        How many processes and threads there may be at a time.
    hide : tuple of str
        Files and folders whose content must not be seen.  A folder in one of them that the worker
        needs, as that of the student's file, stays where it is.
    writable : str or None
        The one folder that may be written to, which stays when the worker ends; by default a new
        one that is removed.
    confine : bool or "auto"
        Whether to use namespaces, which only Linux has: True insists, "auto" does where they are.
    forbidden_imports : tuple of str
        Modules that the student's files may not import, with all that is in them.

    Raises
    ------
    ValueError, TypeError
        If a limit is no whole number above 0, or ``confine`` is something else.
    """

    memory_mb: int = 1024
    file_mb: int = 16
    output_kb: int = 64
    processes: int = 64
    hide: tuple = ()
    writable: str | None = None
    confine: bool | str = "auto"
    forbidden_imports: tuple = ()

    def __post_init__(self):
        for name in ("memory_mb", "file_mb", "output_kb", "processes"):
            integer("Box", name, getattr(self, name), 1)
        if not (isinstance(self.confine, bool) or self.confine == "auto"):
            raise ValueError(f"Box: confine must be True, False or 'auto', got {self.confine!r}")
        for name in ("hide", "forbidden_imports"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"Box: {name} must be a sequence of texts, got one text")
