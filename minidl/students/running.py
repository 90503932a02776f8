"""Call a function and watch: what it returned, how long it took, what it did to its arguments."""

import copy
import gc
import inspect
from time import perf_counter

import numpy as np

from minidl.students.failures import Ended, Lost, NotWritten, Raised, WrongSignature
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
            See :class:`minidl.students.student.Call`.

        Raises
        ------
        CallFailed
            If there are no such results.
        """
        function, arguments = self._prepared(name, arguments)
        before = copy.deepcopy([_visible(argument) for argument in arguments])
        start = perf_counter()
        result = self._guarded(name, function, arguments)
        seconds = perf_counter() - start
        values, to_keep = split(name, result, returns, keep)
        told = tuple(map(travelling, values))
        require_arrays(name, told, returns)
        kept = None
        if keep is not None:
            kept = Kept(len(self._kept), self._number)
            self._kept[kept.number] = to_keep
        arrays = [value for value in values if isinstance(value, np.ndarray)]
        earlier = self._returned.get(name, [])
        reused = any(np.may_share_memory(a, b) for a in arrays for b in earlier)
        self._returned[name] = arrays
        names = _parameter_names(function, len(arguments))
        changes = [
            change
            for parts in zip(names, before, arguments, strict=True)
            for change in _changes(*parts)
        ]
        return {
            "values": told,
            "kept": kept,
            "seconds": seconds,
            "changes": changes,
            "reused": reused,
        }

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
            return function(*arguments)
        except NotImplementedError as error:
            line, _ = where_raised(error, self._path)
            raise NotWritten(f"{name}: not written yet ({in_words(error)})", line) from None
        except SystemExit as error:
            line, where = where_raised(error, self._path)
            raise Ended(f"{name}: ended by sys.exit({error.code!r}){where}", line) from None
        except BaseException as error:
            line, where = where_raised(error, self._path)
            raise Raised(f"{name}: raised {in_words(error)}{where}", line) from None


def _visible(argument):
    """Return what changes of are looked for: arrays, and what dicts hold."""
    return argument if isinstance(argument, (np.ndarray, dict)) else None


def _require_signature(name, function, arguments):
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # compiled functions may have none
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise WrongSignature(
            f"{name}: takes {signature}, and is called with {len(arguments)} arguments ({error})"
        ) from None


def _parameter_names(function, count):
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [*names, *(f"argument {k}" for k in range(len(names), count))][:count]


def _changes(name, before, after):
    """Yield a dict for each array or dict entry that a call has changed."""
    if isinstance(before, np.ndarray):
        where = _difference(before, after)
        if where is not None:
            yield {
                "argument": name,
                "key": None,
                "index": where,
                "before": before[where],
                "after": after[where] if before.shape == after.shape else None,
            }
    elif isinstance(before, dict):
        for key in sorted(before.keys() | after.keys(), key=str):
            old, new = before.get(key), after.get(key)
            if not _equal(old, new):
                yield {
                    "argument": name,
                    "key": str(key),
                    "index": None,
                    "before": travelling(old),
                    "after": travelling(new),
                }


def _difference(before, after):
    """Return the index of the first number that differs, or None."""
    if before.shape != after.shape or before.dtype != after.dtype:
        return ()
    same = before == after
    if before.dtype.kind in "fc":
        same |= np.isnan(before) & np.isnan(after)
    return None if same.all() else tuple(map(int, np.argwhere(~same)[0]))


def _equal(old, new):
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return _difference(old, new) is None
    try:
        return type(old) is type(new) and bool(old == new)
    except ValueError:  # arrays inside of tuples have no one answer
        return False
