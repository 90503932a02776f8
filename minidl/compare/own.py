"""A student's own functions as a side: run in a process of their own, within a limit of time.

They are held to the definition on what is timed, not on all cases of a pair: a first convolution
has no groups, no dilation and no empty batch.
"""

import contextlib
from contextlib import nullcontext

import numpy as np

from minidl.compare.passes import result_names
from minidl.compare.sides import Side
from minidl.students import Student, StudentError, name_of
from minidl.twins import TWINS, require_layer

SIDE = "yours"


@contextlib.contextmanager
def own_side(spec, layers=None, limit=10.0):
    """Provide a student's side meanwhile, and the layer that it is.

    Parameters
    ----------
    spec : str, Student, callable, tuple of callables, or None
        ``file.py:function``, ``module:function`` or the file alone; or functions of this process,
        which nothing limits or guards.  None yields None.
    layers : str or iterable of str, optional
        The layer that they are; by default the one whose name they bear.
    limit : float
        Seconds that each call may take.

    Yields
    ------
    layer : str
    side : Side

    Raises
    ------
    ValueError
        If there are no such functions, no layer is like them, or a call fails: then the message
        says how, within one line.
    """
    if spec is None:
        yield layers, None
        return
    names = [layers] if isinstance(layers, str) else list(layers or ())
    if len(names) > 1:
        raise ValueError(
            f"compare: a function of yours is one layer, got {', '.join(names)}; name one"
        )
    if callable(spec) or isinstance(spec, tuple):
        functions = spec if isinstance(spec, tuple) else (spec,)
        layer = names[0] if names else _layer_of(name_of(functions[0]))
        require_layer("compare", layer)
        yield layer, _of_functions(TWINS[layer], functions)
        return
    of_caller = isinstance(spec, Student)
    with _in_one_line(), nullcontext(spec) if of_caller else Student(spec, limit) as student:
        layer = names[0] if names else _layer_of(student.function, student)
        require_layer("compare", layer)
        yield layer, _of_student(TWINS[layer], student)


@contextlib.contextmanager
def opened(spec, limit):
    """Provide a student's file, loaded once for all that is asked of it; None for None."""
    with _in_one_line(), nullcontext() if spec is None else Student(spec, limit) as student:
        yield student


def base_names(twin):
    """Return what a student's functions for a pair are called: conv_forward, conv_backward."""
    return tuple(function.__name__.removesuffix("_naive") for function in twin.naive)


@contextlib.contextmanager
def _in_one_line():
    try:
        yield
    except StudentError as error:
        raise ValueError(f"compare: {error}") from None


def _layer_of(function, student=None):
    """Return the layer that a function bears the name of, or whose name one of a file's bears."""
    given = [function] if function else student.names
    fits = [
        (len(base), name)
        for name, twin in TWINS.items()
        for base in base_names(twin)
        if any(_like(word, base) for word in given)
    ]
    if not function and len({name for _, name in fits}) > 1:
        raise ValueError(
            f"compare: which function of {student.shown}? there are {', '.join(student.names)}; "
            f"write {student.shown}:{student.names[0]}"
        )
    if not fits:
        raise ValueError(
            f"compare: no layer is called like {function or student.shown}; add --layer NAME, "
            f"one of {', '.join(TWINS)}"
        )
    return max(fits)[1]


def _like(word, base):
    return word == base or word.startswith(f"{base}_")


def _of_functions(twin, functions):
    padded = (*functions, *[None] * (len(twin.naive) - len(functions)))
    return Side(SIDE, padded, twin.rtol, every_case=False, writes=False)


def _of_student(twin, student):
    """Return the side of a student's functions; one pass may be missing."""
    bases = base_names(twin)
    names = [_named(student, base, bases, k, twin) for k, base in enumerate(bases)]
    if len(bases) == 1:
        functions = (_whole(twin, student, names[0]),)
        return Side(SIDE, functions, twin.rtol, every_case=False, traced=False)
    forward, backward = names
    own = _forward(student, forward) if forward else twin.naive[0]
    functions = own, _backward(twin, student, backward) if backward else None
    hidden = () if forward else (0,)
    seen = {"every_case": False, "writes": False, "traced": False}
    return Side(SIDE, functions, twin.rtol, hidden=hidden, **seen)


def _named(student, base, bases, k, twin):
    """Return the name of the student's function for pass ``k``, or None if there is none."""
    given = student.function
    if given is None:
        found = [word for word in student.names if _like(word, base)]
        return min(found, key=len, default=None)
    which = twin.passes[k]
    if len(bases) == 1 or which in given or not any(other in given for other in twin.passes):
        return given if len(bases) == 1 or which in given or k == 0 else None
    other = next(other for other in twin.passes if other in given)
    wanted = given.replace(other, which)
    return wanted if wanted in student.names else None


def _forward(student, name):
    def forward(*case):
        called = student.call(name, *case, returns=("out",), keep="cache")
        _require_unchanged(name, called)
        return np.asarray(called.values[0]), called.kept

    forward.seconds = lambda case, repeats: _seconds(student, name, case, repeats)
    return forward


def _backward(twin, student, name):
    names = tuple(result_names(twin, 1, _n_gradients(twin)))

    def backward(dout, cache):
        called = student.call(name, dout, cache, returns=names)
        _require_unchanged(name, called)
        return tuple(None if value is None else np.asarray(value) for value in called.values)

    backward.seconds = lambda arguments, repeats: _seconds(student, name, arguments, repeats)
    return backward


def _whole(twin, student, name):
    """Return a function that gives all results at once."""
    names = tuple(result_names(twin, 0, 1 if twin.passes == ("gradient",) else 2))

    def whole(*case):
        called = student.call(name, *case, returns=names)
        _require_unchanged(name, called)
        return called.values

    whole.seconds = lambda case, repeats: _seconds(student, name, case, repeats)
    return whole


def _require_unchanged(name, called):
    """Refuse a call that wrote to its arrays: those after it would be timed on other numbers."""
    changed = next((change.argument for change in called.changes if change.key is None), None)
    if changed is not None:
        raise ValueError(f"compare: {name}: {changed} was changed in place; work on a copy")


def _seconds(student, name, arguments, repeats):
    """Time calls in the student's process, several of them after one that warms its caches up."""
    return student.seconds(name, *arguments, repeats=repeats, warmup=int(repeats > 1))


def _n_gradients(twin):
    """Return how many gradients the backward pass of a pair returns, those that are None, too."""
    case = next(iter(twin.cases(np.random.default_rng(0), np.dtype(np.float64))))
    out, cache = twin.naive[0](*[dict(a) if isinstance(a, dict) else a for a in case])
    gradients = twin.naive[1](np.zeros_like(out), cache)
    return len(gradients) if isinstance(gradients, tuple) else 1
