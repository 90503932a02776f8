"""Numbers of hidden cases that stand in a hand-out."""

import numpy as np

from minidl.assignment.cases.trial import Cache

FEWEST = 4  # numbers
FEWEST_WHOLE = 16  # if all are whole: a few labels are the same by chance


class ArrayLeaks:
    """What of hidden cases must not be found.

    Parameters
    ----------
    trials : dict
        By the task's id ``{"public": trials, "hidden": trials}``.
    """

    def __init__(self, trials):
        self._secrets = {}
        for task, parts in trials.items():
            for trial in parts.get("hidden", ()):
                where = f"numbers of the hidden case {trial.name!r} of task {task}"
                held = (trial.arguments, trial.right, [slope.direction for slope in trial.slopes])
                for array in _arrays(held):
                    for form in _forms(array) if _is_secret(array) else ():
                        self._secrets.setdefault(form, where)

    def look(self, name, content):
        """Yield where something is, and what, for each finding in a file."""
        squeezed = content.translate(None, b" \r\n\t")
        told = set()
        for form, where in self._secrets.items():
            if where not in told and (form in content or form in squeezed):
                told.add(where)
                yield name, f"holds {where}"


def _arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Cache):
        yield from _arrays(value.arguments)
    elif isinstance(value, dict):
        yield from _arrays(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _arrays(one)


def _is_secret(array):
    """Whether an array holds what nobody else writes down: no zeros, no 0, 1, 2 and so on."""
    if array.dtype.kind not in "fiu" or array.size < FEWEST or not np.all(np.isfinite(array)):
        return False
    flat = array.ravel().astype(np.float64)
    steps = np.diff(flat)
    if len(np.unique(flat)) < FEWEST or np.allclose(steps, steps[0]):
        return False
    return array.size >= FEWEST_WHOLE or not _is_whole(flat)


def _is_whole(array):
    return bool(np.all(array == np.round(array)))


def _forms(array):
    """Yield the bytes of an array as they may lie in a file: binary in any width, and as text."""
    kinds = ("<f4", "<f8") if array.dtype.kind == "f" else ("<i4", "<i8", "<f8")
    for kind in dict.fromkeys((array.dtype.str, *kinds)):
        with np.errstate(over="ignore", under="ignore"):
            changed = array.astype(kind)
        yield changed.tobytes("C")
        if array.ndim > 1:
            yield changed.tobytes("F")
    if not _is_whole(array):
        yield ",".join(map(repr, array.ravel()[:FEWEST].tolist())).encode()  # as JSON has it
