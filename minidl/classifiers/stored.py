"""Learned arrays in a file, and back: what ``save`` and ``load`` of every classifier do."""

import os

from minidl.geometry import fitting_arrays
from minidl.storage import read_state, write_state

KIND = "parameters of a classifier"


class Stored:
    """A classifier whose learned arrays can be saved; it defines ``_state`` and ``_restore``."""

    def save(self, fname):
        """Write what was learned to a file, whole or not at all.

        Parameters
        ----------
        fname : path-like
            Nothing is added to it.  A relative path starts at the current folder, not, as in the
            course, at the package's folder.
        """
        write_state(fname, KIND, self._state())
        print(f"{fname} saved.")

    def load(self, fname):
        """Take over what :meth:`save` wrote; all of it, or nothing if anything does not fit.

        Parameters
        ----------
        fname : path-like

        Returns
        -------
        loaded : bool
            False if there is no such file, as in the course, so that a notebook can train then.

        Raises
        ------
        ValueError
            If the file is something else, such as the course's own, which is a pickle; or if its
            parameters have other names or shapes than this classifier's.
        """
        if not os.path.exists(fname):
            print(f"{fname} not available.")
            return False
        self._restore(f"{type(self).__name__}.load", read_state(fname, KIND))
        print(f"{fname} loaded.")
        return True


def fitting(op, given, wanted, optional=False):
    """Return the ``given`` arrays in the dtypes of the ``wanted`` ones, whose shapes they share.

    With ``optional``, any of the wanted ones may be missing.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape differs; the message lists them all.
    """
    if not isinstance(given, dict):
        raise ValueError(f"{op}: nothing was loaded: the file holds no dict of parameters")
    if optional:
        wanted = {name: array for name, array in wanted.items() if name in given}
    return fitting_arrays(op, "the file", given, wanted)
