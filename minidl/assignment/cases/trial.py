"""A case of a task with what is right for it, and files of such cases."""

from dataclasses import dataclass

import numpy as np

from minidl.check.case import LAYOUTS
from minidl.storage import read_state, write_state


@dataclass(frozen=True, slots=True, eq=False)
class Cache:
    """Stands among arguments for the cache that another function of the same hand-in returns.

    Attributes
    ----------
    function : str
        "affine_forward".
    arguments : tuple
        What it is called with.
    """

    function: str
    arguments: tuple


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """How fast what follows from the results grows along a direction, through the reference.

    Attributes
    ----------
    name : str
        The result that is the gradient: "dx".
    direction : ndarray
        Of the same shape.
    value : float
        ``sum(dx * direction)`` for the right ``dx``, by a central difference.
    """

    name: str
    direction: np.ndarray
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One case.

    Attributes
    ----------
    name : str
        The case: "one image".
    arguments : tuple
        Of the function: arrays, numbers, text, None, dicts of them, and perhaps a ``Cache``.
    right : dict of str to array or number
        By name of result.
    dtype : str
        Of the arrays of floats, in and out.
    layout : str
        How arguments lie in memory: a key in :data:`minidl.check.case.LAYOUTS`.
    slopes : tuple of Slope
    words : str
        The arguments for people: "x (3, 4), w (4, 5), b (5,), float64".
    """

    name: str
    arguments: tuple
    right: dict
    dtype: str
    layout: str = "plain"
    slopes: tuple = ()
    words: str = ""


def write_trials(path, trials):
    """Write the trials of a task to a file, in their order."""
    write_state(path, "cases of a task", {"trials": [_as_state(trial) for trial in trials]})


def read_trials(path):
    """Read what :func:`write_trials` wrote.

    Raises
    ------
    ValueError
        If the file is damaged, or another one.
    """
    return tuple(_from_state(facts) for facts in read_state(path, "cases of a task")["trials"])


def _as_state(trial):
    return {
        "name": trial.name,
        "arguments": tuple(map(_packed, trial.arguments)),
        "right": trial.right,
        "dtype": trial.dtype,
        "layout": trial.layout,
        "words": trial.words,
        "slopes": [{"name": s.name, "along": s.direction, "is": s.value} for s in trial.slopes],
    }


def _packed(argument):
    if isinstance(argument, Cache):
        return {"function": argument.function, "cache of": argument.arguments}
    return argument


def _from_state(facts):
    lay = LAYOUTS[facts["layout"]]

    def laid(argument):
        if isinstance(argument, dict) and "cache of" in argument:
            return Cache(argument["function"], tuple(map(laid, argument["cache of"])))
        is_floats = isinstance(argument, np.ndarray) and argument.dtype.kind == "f"
        return lay(argument) if is_floats else argument

    slopes = tuple(Slope(s["name"], s["along"], s["is"]) for s in facts["slopes"])
    arguments = tuple(map(laid, facts["arguments"]))
    same = {key: facts[key] for key in ("name", "right", "dtype", "layout", "words")}
    return Trial(arguments=arguments, slopes=slopes, **same)
