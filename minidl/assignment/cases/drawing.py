"""Cases by name: a layer's and those of the assignment's own, in any dtype and layout.

A name may end in a dtype and a layout: "pad 0, float32, Fortran-ordered" is the case "pad 0" so.
"""

from dataclasses import replace

import numpy as np

from minidl.assignment.cases.own_code import own_code, own_function
from minidl.assignment.cases.trial import Cache
from minidl.check.case import LAYOUT_NAMES, LAYOUTS, Case
from minidl.check.cases import named
from minidl.check.names import pass_of
from minidl.spelling import near_miss
from minidl.students.loading import in_words
from minidl.twins import TWINS, require_layer

DTYPES = ("float64", "float32")


class CaseNames(tuple):
    """Names of cases; with a dtype or a layout behind it, a name is known if its rest is."""

    __slots__ = ()

    def __contains__(self, name):
        return tuple.__contains__(self, name) or tuple.__contains__(self, parted(name)[0])


def known_cases(task, folder):
    """Return the names of all cases that a task can be checked with, the simple ones first.

    Parameters
    ----------
    task : Task
    folder : path-like
        The assignment's.

    Returns
    -------
    CaseNames
        What "all" stands for; other dtypes and layouts of them are known, too.

    Raises
    ------
    ValueError
        If the task has neither a layer nor cases of its own, or drawing these fails.
    """
    with own_code(folder):
        return CaseNames(_cases(task, np.random.default_rng(0)))


def names_of_part(check, part, known):
    """Return the names of a check's public or hidden cases, "all" being put in full."""
    names = getattr(check, part)
    if part == "hidden" and tuple(names) == ("all",):
        return tuple(name for name in known if name not in check.public)
    return tuple(names)


def drawn(task, name, rng):
    """Return a case, drawn anew; within :func:`~minidl.assignment.cases.own_code.own_code`.

    Parameters
    ----------
    task : Task
    name : str
    rng : numpy.random.Generator

    Returns
    -------
    Case
        Its arguments may hold a :class:`Cache`.
    """
    cases = _cases(task, rng)
    if name in cases:
        return cases[name]
    base, dtype, layout = parted(name)
    if base not in cases:
        raise ValueError(f"task {task.id}: there is no case {name!r}{near_miss(name, cases)}")
    case = cases[base]
    dtype = dtype or case.dtype
    arguments = changed_arrays(case.arguments, lambda array: LAYOUTS[layout](array.astype(dtype)))
    return replace(case, arguments=arguments, dtype=dtype, layout=layout, name=name)


def parted(name):
    """Return a case's name without its endings, and the dtype and the layout that they say."""
    dtype, layout = None, "plain"
    for key, ending in LAYOUT_NAMES.items():
        if layout == "plain" and name.endswith(f", {ending}"):
            name, layout = name.removesuffix(f", {ending}"), key
    for one in DTYPES:
        if name.endswith(f", {one}"):
            name, dtype = name.removesuffix(f", {one}"), one
    return name, dtype, layout


def changed_arrays(argument, change):
    """Return arguments with ``change`` made to every array of floats, in dicts and caches, too."""
    if isinstance(argument, Cache):
        return Cache(argument.function, changed_arrays(argument.arguments, change))
    if isinstance(argument, tuple):
        return tuple(changed_arrays(part, change) for part in argument)
    if isinstance(argument, dict):
        return {key: changed_arrays(value, change) for key, value in argument.items()}
    is_floats = isinstance(argument, np.ndarray) and argument.dtype.kind == "f"
    return change(argument) if is_floats else argument


def _cases(task, rng):
    """Return all cases of a task by name."""
    if not (task.layer or task.cases):
        raise ValueError(f"task {task.id}: has no cases; name a layer, or cases of its own")
    found = {}
    if task.layer:
        require_layer(f"task {task.id}", task.layer)
        found = named(TWINS[task.layer], rng, DTYPES)
        if pass_of_task(task) == "backward":
            found = {name: case for name, case in found.items() if case.backward}
    return found | (_own(task, rng) if task.cases else {})


def pass_of_task(task):
    """Return the pass of its layer that a task is: "forward", "backward", "loss", "gradient"."""
    return task.which or pass_of(task.layer, task.function)


def _own(task, rng):
    draw, found = own_function(task.cases, task.id), {}
    try:
        for name, arguments in draw(rng):
            if name in found:
                raise ValueError(f"two cases are named {name!r}")
            found[name] = Case(tuple(arguments), "float64", name=name)
    except Exception as error:
        raise ValueError(f"task {task.id}: {task.cases} raised {in_words(error)}") from error
    return found
