"""A student's functions, to be called like any others, but in a process of their own."""

import copy
import functools
import os
import time
import types

from minidl.geometry import integer, positive
from minidl.spelling import near_miss
from minidl.students.boxed import BoxedProcess
from minidl.students.call import Call, Change
from minidl.students.failures import KINDS, CannotLoad, NotStarted
from minidl.students.place import find
from minidl.students.process import Process
from minidl.students.running import Runner
from minidl.students.wire import Kept

LONGEST = 86400.0  # seconds; a day is as good as no limit
AGAIN = 0.5  # seconds until a worker that could not be started is started again


class _Functions:
    """What :class:`Student` and :class:`Here` share: calls in terms of requests."""

    def call(self, name, *arguments, returns=None, keep=None):
        """Call a function once.

        Parameters
        ----------
        name : str or None
            None for the function that was named at the beginning.
        *arguments : arrays, numbers, text, None, tuples and dicts of them, or a ``Kept``
            They arrive as copies that lie in memory as they do here: read-only, Fortran-ordered,
            with gaps.
        returns : tuple of str, optional
            Names of the results that there must be, say ("dx", "dw", "db").
        keep : str, optional
            Name of one result more, of any type, that stays in the worker: "cache".

        Returns
        -------
        Call

        Raises
        ------
        CannotLoad
            If there is no such function.
        CallFailed
            If the call gave no such results; the subclass says why.
        """
        facts = self._ask("call", name, arguments=arguments, returns=returns, keep=keep)
        changes = tuple(Change(**change) for change in facts.pop("changes"))
        return Call(**facts, changes=changes)

    def seconds(self, name, *arguments, repeats=5, warmup=1):
        """Return how long each of ``repeats`` calls took, in seconds, in its own process.

        ``warmup`` calls are made before, and the garbage collector waits.  Arguments and errors
        are those of :meth:`call`; all repeats together have to keep to the limit.
        """
        repeats = integer("seconds", "repeats", repeats, 1)
        warmup = integer("seconds", "warmup", warmup, 0)
        facts = self._ask("seconds", name, arguments=arguments, repeats=repeats, warmup=warmup)
        return facts["seconds"]

    def _name(self, name):
        name = self.function if name is None else name
        if name is None:
            raise CannotLoad(f"which function of {self.shown}? there are {', '.join(self.names)}")
        return name


class Student(_Functions):
    """The functions of a file or a module, run in a worker process with a limit of time.

    A function that never returns, recurses for ever, prints, exits or crashes is an exception
    with a message of one line; this process goes on.  Without a box that keeps accidents away, not
    malice: the code runs with all rights of the user who calls it, as if it were run as a script.
    Give it nothing that you would not run yourself.  In a :class:`~minidl.students.box.Box` it is
    confined as far as this system can, and what comes from it is believed only as far as it can
    be checked; ``docs/grading_threats.md`` says what that keeps away, and what not.

    The worker starts with the object, and again after a call that ended it.

    Parameters
    ----------
    spec : str or path-like
        ``file.py:function``, ``module:function``, or the file or module alone.
    limit : float
        Seconds that the import, and each call, may take.
    box : Box, optional
        How the worker is confined.  Then the random generators of Python and NumPy are set before
        each call, too, by how many there were before; and a compiled module may be given, by its
        file.
    stand_ins : sequence of (module, function, path), optional
        Functions that are to be those of other files: whoever imports the module gets them, and so
        does the module itself.  If it cannot be imported or is not there, they are all it has.
    home : path-like, optional
        A folder to import from besides that of the file.

    Attributes
    ----------
    names : list of str
        The public functions that the file defines.
    function : str or None
        The one that ``spec`` names.
    shown : str
        The file or module as it was written.
    confinement : dict of str to str
        What of a box is in force, in words.

    Raises
    ------
    CannotLoad
        If there is no such file, module or function, or it cannot be imported.
    NotStarted
        If this machine has no worker for it, or not such a box.

    Examples
    --------
    >>> with Student("my_layers.py", limit=10) as student:  # doctest: +SKIP
    ...     forward = student.call("relu_forward", x, returns=("out",), keep="cache")
    ...     backward = student.call("relu_backward", dout, forward.kept, returns=("dx",))
    ...     times = student.seconds("relu_forward", x, repeats=20)
    """

    def __init__(self, spec, limit=10.0, box=None, stand_ins=(), home=None):
        self.limit = min(positive("Student", "limit", limit), LONGEST)
        self._box, self._home, self._calls, self.confinement = box, home, 0, {}
        self._stand_ins = [(home, name, os.path.realpath(path)) for home, name, path in stand_ins]
        if (self._stand_ins or home) and box is None:
            raise ValueError("Student: stand_ins and home are for a worker in a box; box is None")
        self._place = find(spec, boxed=box is not None)
        self.function, self.shown = self._place.function, self._place.shown
        self._worker, self._number, self._printed = None, 0, ""
        try:
            self.names = self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the worker, and whatever it has started."""
        if self._worker is not None:
            self._worker.end()
            self._printed += self._worker.printed()
            self._worker = None

    @property
    def running(self):
        """Whether there is a worker: not after a call that ended it, until the next one."""
        return self._worker is not None

    @property
    def printed(self):
        """What the student's code has printed, the first part of it if it was much."""
        return self._printed + (self._worker.printed() if self._worker is not None else "")

    def _start(self):
        self._number += 1
        place = self._place
        if self._box is None:
            self._worker = Process(place.path)
        else:
            self._worker = self._boxed()
            self.confinement = self._worker.confinement
        request = {
            "do": "load",
            "place": (place.path, place.module, place.function, place.shown),
            "number": self._number,
        }
        try:
            return self._exchange(f"importing {self.shown}", request)["functions"]
        except (CannotLoad, NotStarted):
            raise
        except Exception as error:
            raise CannotLoad(str(error), getattr(error, "line", None)) from None

    def _boxed(self):
        """Return a new worker; one that a busy system fails to start gets a second chance."""
        how = self._place, self._box, self.limit, self._stand_ins, self._home, self._number
        try:
            return BoxedProcess(*how)
        except NotStarted:
            if self._box.confine is True:  # it may be that there are no namespaces at all
                raise
            time.sleep(AGAIN)
            return BoxedProcess(*how)

    def _ask(self, do, name, **request):
        name = self._name(name)
        if self._worker is None:
            self._start()
        return self._exchange(name, {"do": do, "name": name, **request})

    def _exchange(self, what, request):
        answered = False
        request |= {} if self._box is None else {"count": self._calls}
        self._calls += 1
        try:
            answer = self._worker.ask(what, request, self.limit)
            answered = True
        finally:
            if not answered:  # the process is gone, or in the middle of an interrupted answer
                self.close()
        if answer.get("failed") == "OutOfMemory" and self._box is not None:
            self.close()  # what it still holds would be missing in later calls
        if "failed" in answer:
            raise KINDS[answer["failed"]](answer["says"], answer["line"])
        return answer


class Here(_Functions):
    """Functions of this process, say of a notebook, called as a :class:`Student`'s are.

    Nothing limits or guards them.

    Parameters
    ----------
    *functions : callable
        They are known by their names, see :func:`name_of`.

    Raises
    ------
    CannotLoad
        If two of them have the same name, as lambdas do.
    """

    limit, shown, printed = float("inf"), "this process", ""

    def __init__(self, *functions):
        self._functions = {name_of(function): function for function in functions}
        if len(self._functions) < len(functions):
            names = ", ".join(map(name_of, functions))
            raise CannotLoad(
                f"functions must have different names, got {names}; define them by def, with "
                "names such as conv_forward and conv_backward"
            )
        self.names = list(self._functions)
        self.function = self.names[0] if len(self.names) == 1 else None
        code = getattr(functions[0], "__code__", None) if functions else None
        path = code.co_filename if isinstance(code, types.CodeType) else None
        self._runner = Runner(self._find, path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Let go of what was kept between calls."""
        self._runner.forget()

    def _find(self, name):
        if name not in self._functions:
            raise CannotLoad(f"there is no function {name!r}{near_miss(name, self.names)}")
        return self._functions[name]

    def _ask(self, do, name, **request):
        request["arguments"] = tuple(
            argument if isinstance(argument, Kept) else _copy(argument)
            for argument in request["arguments"]
        )
        answer = getattr(self._runner, do)(self._name(name), **request)
        return {"seconds": answer} if do == "seconds" else answer


def name_of(function):
    """Return the name of a function, of what a partial is made of, or else of the class."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def _copy(argument):
    """Return a deep copy; an array lies in memory as it did, as well as it can."""
    copied = copy.deepcopy(argument)
    if hasattr(argument, "flags"):
        copied.flags.writeable = argument.flags.writeable
    return copied
