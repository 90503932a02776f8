"""Which cases the checks of an assignment may name."""

import numpy as np

from minidl.assignment.cases.drawing import DTYPES, known_cases, parted
from minidl.assignment.definition.reading import read_assignment
from minidl.check.cases import named
from minidl.twins import TWINS, require_layer


def cases_of_layer(layer):
    """Return the names of a layer's cases, the simple ones first.

    Parameters
    ----------
    layer : str
        Key in ``TWINS``.

    Returns
    -------
    list of str
        Without those that only differ from another in dtype or layout, as every name can.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    require_layer("cases", layer)
    return _plain(named(TWINS[layer], np.random.default_rng(0), DTYPES))


def cases_of_tasks(folder):
    """Return the same for each task of an assignment.

    Parameters
    ----------
    folder : path-like
        It holds ``assignment.toml``.

    Returns
    -------
    dict of str to list of str
        By the task's id.

    Raises
    ------
    ValueError
        If something is wrong with the assignment.
    """
    tasks = read_assignment(folder).tasks
    return {task.id: _plain(known_cases(task, folder)) for task in tasks}


def _plain(names):
    return [name for name in names if parted(name)[0] == name]
