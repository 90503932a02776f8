"""What can go wrong with somebody else's function, each with a message of one line."""

NO_MEMORY = 77  # the exit code of a worker that has no memory to say so


class StudentError(Exception):
    """A function could not be loaded, or a call of it gave no result.

    Attributes
    ----------
    line : int or None
        The line of the student's file that was running, where it is known.
    """

    def __init__(self, message, line=None):
        super().__init__(message)
        self.line = line


class CannotLoad(StudentError, ValueError):  # noqa: N818 - the names say what happened
    """There is no such file or function, or the file cannot be imported."""


class CannotBuild(StudentError, ValueError):  # noqa: N818
    """A ``.pyx`` file has errors, or compiling it needs too much.

    Attributes
    ----------
    passing : bool
        Whether another try may end otherwise: it took too long on this machine.
    """

    def __init__(self, message, line=None, passing=False):
        super().__init__(message, line)
        self.passing = passing


class CallFailed(StudentError, RuntimeError):  # noqa: N818
    """The function is there, and a call of it gave no result that could be used."""


class WrongSignature(CallFailed):
    """The function takes other arguments than it is called with."""


class NotWritten(CallFailed):
    """The function raised ``NotImplementedError``: its body is still to be written."""


class Raised(CallFailed):
    """The function raised an exception."""


class TimedOut(CallFailed):
    """The function did not return within the limit."""


class Ended(CallFailed):
    """The function ended the process that it ran in."""


class Crashed(CallFailed):
    """The process was ended by the system: a bad address, or no memory left."""


class OutOfMemory(CallFailed):
    """The function asked for more memory than there was for it."""


class WrongResult(CallFailed):
    """The function returned, but not what was asked for."""


class Lost(CallFailed):
    """A value that the worker kept is gone, because the worker is."""


class NotStarted(StudentError, RuntimeError):  # noqa: N818
    """No worker could be started: a fault of this machine, and not of any student."""


KINDS = {
    kind.__name__: kind
    for kind in (
        *(CannotLoad, WrongSignature, NotWritten, Raised, Ended, OutOfMemory, WrongResult, Lost),
    )
}
"""Failures that a worker reports, by name; the others are seen from outside."""
