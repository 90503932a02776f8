"""Call a function and watch: what it returned, how long it took, what it did to its arguments."""

import gc
import sys
from contextlib import contextmanager
from copy import deepcopy
from inspect import signature
from time import perf_counter

from numpy import may_share_memory, ndarray

from minidl.students.changes import changes, visible
from minidl.students.failures import (
    Ended,
    Lost,
    NotWritten,
    OutOfMemory,
    Raised,
    WrongSignature,
)
from minidl.students.loading import in_words, where_raised
from minidl.students.returned import require_arrays, split, travelling
from minidl.students.wire import Kept


class Runner:
    """Calls functions by name, and keeps what does not leave the process.

    Parameters
    ----------
    find : callable
        Returns the function of a name, or raises ``CannotLoad``.
    path : str or None
        The file whose lines an error should name.
    number : int
        Tells the values that this runner keeps from those of others.
    """

    travelling = staticmethod(travelling)

    def __init__(self, find, path=None, number=0):
        self._find, self._path, self._number = find, path, number
        self._kept = {}
        self._returned = {}  # by name, the arrays that the last call of it returned

    def call(self, name, arguments, returns=None, keep=None):
        """Call a function once.

        Parameters
        ----------
        name : str
        arguments : tuple
            They may be written to.
        returns : tuple of str, optional
            Names of the results that there must be; by default any are taken.
        keep : str, optional
            Name of one result more, of any type, that stays here.

        Returns
        -------
        facts : dict
            See :class:`minidl.students.Call`.

        Raises
        ------
        CallFailed
            If there are no such results.
        """
        function, arguments = self._prepared(name, arguments)
        before = deepcopy([visible(argument) for argument in arguments])
        start = perf_counter()
        result = self._guarded(name, function, arguments)
        seconds = perf_counter() - start
        values, to_keep = split(name, result, returns, keep)
        told = tuple(map(self.travelling, values))
        require_arrays(name, told, returns)
        kept = None
        if keep is not None:
            kept = Kept(len(self._kept), self._number)
            self._kept[kept.number] = to_keep
        arrays = [value for value in values if isinstance(value, ndarray)]
        earlier = self._returned.get(name, [])
        reused = any(may_share_memory(a, b) for a in arrays for b in earlier)
        self._returned[name] = arrays
        names = _parameter_names(function, len(arguments))
        shares = tuple(
            its_name
            for its_name, argument in zip(names, arguments, strict=True)
            if isinstance(argument, ndarray) and any(may_share_memory(argument, a) for a in arrays)
        )
        facts = {"values": told, "kept": kept, "seconds": seconds}
        facts |= {"reused": reused, "shares": shares}
        return facts | self.told_of(names, before, arguments)

    def told_of(self, names, before, after):
        """Return what is told about the arguments of a call."""
        parts = zip(names, before, after, strict=True)
        return {"changes": [change for part in parts for change in changes(*part)]}

    def seconds(self, name, arguments, repeats, warmup):
        """Return how long each of ``repeats`` calls took, after ``warmup`` more."""
        function, arguments = self._prepared(name, arguments)
        for _ in range(warmup):
            self._guarded(name, function, arguments)
        times, collecting = [], gc.isenabled()
        gc.disable()
        try:
            for _ in range(repeats):
                start = perf_counter()
                self._guarded(name, function, arguments)
                times.append(perf_counter() - start)
        finally:
            if collecting:
                gc.enable()
        return times

    def forget(self):
        """Let go of everything that was kept."""
        self._kept.clear()
        self._returned.clear()

    def _prepared(self, name, arguments):
        function = self._find(name)
        arguments = tuple(map(self._own, arguments))
        _require_signature(name, function, arguments)
        return function, arguments

    def _own(self, argument):
        """Return the kept value that an argument stands for, or the argument itself."""
        if not isinstance(argument, Kept):
            return argument
        if argument.worker != self._number or argument.number not in self._kept:
            raise Lost("a kept value is gone, because the process that had it was ended")
        return self._kept[argument.number]

    def _guarded(self, name, function, arguments):
        """Call the function; whatever it raises becomes a :class:`CallFailed`."""
        try:
            with _unraised() as unraised:
                result = function(*arguments)
        except NotImplementedError as error:
            line, _ = where_raised(error, self._path)
            raise NotWritten(f"{name}: not written yet ({in_words(error)})", line) from None
        except SystemExit as error:
            line, where = where_raised(error, self._path)
            raise Ended(f"{name}: ended by sys.exit({error.code!r}){where}", line) from None
        except MemoryError as error:
            line, where = where_raised(error, self._path)
            raise OutOfMemory(f"{name}: raised {in_words(error)}{where}", line) from None
        except BaseException as error:
            line, where = where_raised(error, self._path)
            raise Raised(f"{name}: raised {in_words(error)}{where}", line) from None
        for words, where in unraised:
            raise Raised(f"{name}: raised {words} in {where}, which is noexcept")
        return result


@contextmanager
def _unraised():
    """Catch what Cython's ``noexcept`` functions cannot raise; yields (error, function) in words.

    Such a function prints the error and returns anything, so that a wrong index looks like a
    wrong result.  Errors of finalizers, which come by the same way, are left to it.
    """
    found, before = [], sys.unraisablehook

    def note(told):
        if not isinstance(told.object, str):  # Cython names the function, others hand it over
            before(told)
        elif not found:
            found.append((in_words(told.exc_value), told.object.rpartition(".")[2]))

    sys.unraisablehook = note
    try:
        yield found
    finally:
        sys.unraisablehook = before


def _require_signature(name, function, arguments):
    try:
        takes = signature(function)
    except (TypeError, ValueError):  # compiled functions may have none
        return
    try:
        takes.bind(*arguments)
    except TypeError as error:
        raise WrongSignature(
            f"{name}: takes {takes}, and is called with {len(arguments)} arguments ({error})"
        ) from None


def _parameter_names(function, count):
    try:
        names = list(signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [*names, *(f"argument {k}" for k in range(len(names), count))][:count]
