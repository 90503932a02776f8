"""Passes that are prepared once for every form of their arguments, and from then on only run.

Whether arguments go together, which kernel serves them and how much scratch memory it takes follow
from shapes, dtype and parameters.  So the first call of a form checks and plans, which takes longer
than a small layer computes, and leaves a function behind that does nothing but compute.
"""

import numpy as np

from minidl.geometry import cannot_change

MOST_FORMS = 256  # that a pass remembers; a net has one for each layer and size of a batch
NO_PARAMETERS = {}
NOTHING = None, None
FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)

_passes = []


class Prepared:
    """A pass of a layer, remembered for every form in which its arguments came.

    Parameters
    ----------
    check : callable
        ``check(param, *arrays)`` refuses wrong arguments, and returns the sizes that follow from
        them and the arrays in one float dtype.
    plan : callable
        ``plan(sizes)`` returns the pass itself, which is called with C-contiguous arrays of these
        sizes and checks nothing.
    by_columns : int, optional
        Which of the arrays may be contiguous by columns as well.
    """

    def __init__(self, check, plan, by_columns=None):
        self._check, self._plan, self._by_columns = check, plan, by_columns
        self._known = {}
        _passes.append(self)

    def __call__(self, param, arrays, *options):
        """Run the pass on arrays, some of them perhaps None, with options that no plan depends on.

        Checks are made anew wherever anything differs, if only in type, and after every refusal.
        """
        run, _ = self._known.get(_form(param, arrays, self._by_columns), NOTHING)
        if run is None:
            run, arrays = self._prepare(param, arrays)
        return run(*arrays, *options)

    def known(self, param, arrays):
        """Return the pass for arguments of a form that came before, or None."""
        run, _ = self._known.get(_form(param, arrays, self._by_columns), NOTHING)
        return run

    def _prepare(self, param, arrays):
        """Return the pass for arguments of any kind, and the arrays as it takes them."""
        values = tuple(param.values()) if type(param) is dict else ()
        sizes, arrays = self._check(param, *arrays)
        arrays = [self._plain(k, array) for k, array in enumerate(arrays)]
        key = _form(param, arrays, self._by_columns, writeable=False)
        run, _ = self._known.get(key, NOTHING)
        if run is None:
            run = self._plan(sizes)
            if key is not None and all(map(cannot_change, values)):
                if len(self._known) >= MOST_FORMS:
                    self.forget()
                # An id stays a value's own as long as the value is kept.
                self._known[key] = run, values
        return run, arrays

    def _plain(self, k, array):
        if array is None or (k == self._by_columns and lies_by_columns(array)):
            return array
        return np.require(array, requirements="CA")

    def forget(self):
        """Have the next calls check and plan."""
        self._known.clear()


def forget():
    """Forget all plans: what they follow from has changed, as it does in tests alone."""
    for one in _passes:
        one.forget()


def lies_by_columns(array):
    """Whether columns are contiguous, and rows are not as well."""
    flags = array.flags
    return flags.fnc and flags.aligned


def _form(param, arrays, by_columns, writeable=True):
    """Return what tells arguments apart, or None if any is such that it has to be looked at.

    Parameters are told apart by identity: an equal one, as True is equal to 1, may be none.
    """
    dtype = getattr(arrays[0], "dtype", None)
    if (dtype is not FLOAT32 and dtype is not FLOAT64) or type(param) is not dict:
        return None
    form = [dtype]
    if param:
        param = param.copy()  # which no other thread changes meanwhile
        form += [*param, *map(id, param.values())]
    for k, array in enumerate(arrays):
        if array is None:
            form.append(None)
        elif type(array) is not np.ndarray or array.dtype is not dtype:
            return None
        elif array.flags.carray:
            form.append(array.shape)
        elif k == by_columns and lies_by_columns(array):
            form.append((array.shape,))
        elif writeable:
            return None
        else:
            form.append(array.shape)
    return tuple(form)
