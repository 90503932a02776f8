"""Run a student's functions on every case, and write down what they did."""

from dataclasses import dataclass

from minidl.check.reference import Prepared, names_of
from minidl.students import Call, CallFailed, Crashed, Ended, NotWritten, TimedOut

MOST_ENDS = 3  # of the worker in one pass; then the rest of its cases is not tried
EVERY = 4  # of so many cases one is called twice


@dataclass(slots=True, eq=False)
class Observation:
    """What the passes did in one case: a ``Call``, the failure of one, or None if not asked."""

    prepared: Prepared
    first: dict  # by pass
    again: dict  # by pass: the same call once more


class Asker:
    """Asks for one pass, case after case, until it is clear that there is no use.

    Parameters
    ----------
    student : Student or Here
    which : str
        The pass.
    function : str
        Its name in the student's file.
    """

    def __init__(self, student, which, function):
        self._student, self._which, self._function = student, which, function
        self._ends, self._over = 0, False
        self.is_to_write = False

    def ask(self, twin, arguments):
        """Return a Call, a CallFailed, or None if it is not worth asking any more."""
        if self._over:
            return None
        try:
            return self._student.call(
                self._function,
                *arguments,
                returns=names_of(twin, self._which),
                keep="cache" if self._which == "forward" else None,
            )
        except CallFailed as error:
            self.is_to_write |= isinstance(error, NotWritten)
            self._ends += isinstance(error, (Crashed, Ended))
            self._over = isinstance(error, (NotWritten, TimedOut)) or self._ends == MOST_ENDS
            return error


def observe(student, functions, cases):
    """Return an :class:`Observation` of every case.

    Parameters
    ----------
    student : Student or Here
    functions : dict of str to str
        The student's function for each pass.  If there is none for the forward pass, or it is not
        written yet, the backward pass is given the reference's cache.
    cases : iterable of Prepared
    """
    askers = {which: Asker(student, which, name) for which, name in functions.items()}
    return [_observe(askers, case, k % EVERY == 0) for k, case in enumerate(cases)]


def _observe(askers, prepared, twice):
    twin, seen = prepared.twin, Observation(prepared, {}, {})
    for which, asker in askers.items():
        if which == "backward":
            break
        seen.first[which] = asker.ask(twin, prepared.case.arguments)
        if twice and isinstance(seen.first[which], Call):
            seen.again[which] = asker.ask(twin, prepared.case.arguments)
    if "backward" in askers and prepared.dout is not None:
        cache = prepared.cache
        if "forward" in askers:
            forward = seen.first["forward"]
            if isinstance(forward, Call):
                cache = forward.kept
            elif not askers["forward"].is_to_write:
                return seen
        seen.first["backward"] = askers["backward"].ask(twin, (prepared.dout, cache))
        if twice and isinstance(seen.first["backward"], Call):
            seen.again["backward"] = askers["backward"].ask(twin, (prepared.dout, cache))
    return seen
