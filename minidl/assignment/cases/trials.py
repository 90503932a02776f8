"""The cases of an assignment with what is right for them, drawn from its seed."""

from dataclasses import replace

import numpy as np

from minidl.assignment.cases.drawing import drawn, known_cases, names_of_part, pass_of_task
from minidl.assignment.cases.own_code import own_code
from minidl.assignment.cases.references import References, entries_written, returns_of
from minidl.assignment.cases.slopes import slopes
from minidl.assignment.cases.sound import require_sound
from minidl.assignment.cases.trial import Cache, Trial
from minidl.assignment.spec import PARTS
from minidl.check.case import LAYOUTS
from minidl.randomness import global_state_kept

REDRAWS = 20  # of a hidden case that came out as the public one


def prepare(assignment, folder):
    """Return the trials of every task.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        Where its ``source`` lies.

    Returns
    -------
    dict of str to dict
        By the task's id: ``{"public": trials, "hidden": trials}``.  Hidden ones are drawn anew,
        also where they share a name with a public one.  Every case has a seed of its own, so that
        it stays the same whatever is added before it.

    Raises
    ------
    ValueError
        If a case or a reference is not there or fails, or a gradient is not the slope of the
        forward pass; it names the task and the case.
    """
    prepared = {}
    with own_code(folder), global_state_kept():
        references = References(assignment)
        for task in assignment.tasks:
            known = known_cases(task, folder)
            make = _Maker(assignment.seed, task, references)
            prepared[task.id] = {part: make.part(part, known) for part in PARTS}
    return prepared


def trials_of(check, part, trials):
    """Return those of a task's trials of one part that a check asks for, in its order.

    Parameters
    ----------
    check : Check
    part : str
    trials : tuple of Trial
        All of the part.
    """
    by_name = {trial.name: trial for trial in trials}
    names = names_of_part(check, part, by_name)
    return tuple(by_name[name] for name in names if name in by_name)


class _Maker:
    """Makes the trials of one task."""

    def __init__(self, seed, task, references):
        self._seed, self._task, self._references = seed, task, references
        self._reference = references.of(task)
        self._public = {}

    def part(self, part, known):
        names, with_slopes = {}, set()
        for check in self._task.checks:
            asked = names_of_part(check, part, known)
            names |= dict.fromkeys(asked)
            with_slopes |= set(asked) if check.kind == "gradient" else set()
        trials = tuple(self._trial(part, name, name in with_slopes) for name in names)
        for check in self._task.checks:
            require_sound(self._task, part, check, trials_of(check, part, trials))
        return trials

    def _trial(self, part, name, with_slopes):
        try:
            for attempt in range(REDRAWS):
                rng = _generator(self._seed, self._task.id, part, name, attempt)
                trial = self._drawn(name, rng, with_slopes)
                if part == "public":
                    self._public[name] = trial
                if part == "public" or not _same(trial, self._public.get(name)):
                    return trial
        except ValueError as error:
            if str(error).startswith("task "):
                raise
            raise ValueError(f"task {self._task.id}, case {name!r}: {error}") from error
        raise ValueError(
            f"task {self._task.id}: the hidden case {name!r} has the numbers of the public one; "
            "draw them from the generator that the function is given, or leave it out"
        )

    def _drawn(self, name, rng, with_slopes):
        case = drawn(self._task, name, rng)
        arguments, forward = self._arguments(case, rng)
        cache = cache_in(arguments)
        first = self._reference if forward is None else forward  # the pass that the case is of
        shown = case if cache is None else replace(case, arguments=cache.arguments)
        right = self._right(arguments, forward)
        found = ()
        if with_slopes and case.dtype == "float64":
            found = self._slopes(arguments, right, first, rng)
        words = shown.words(first.function)
        return Trial(name, arguments, right, case.dtype, case.layout, found, words)

    def _arguments(self, case, rng):
        """Return the arguments, and the reference whose cache is among them, or None."""
        task, cache = self._task, cache_in(case.arguments)
        if cache is not None:
            return case.arguments, self._references.of(self._references.of_cache(task, cache))
        if not task.layer or pass_of_task(task) != "backward":
            return case.arguments, None
        forward = self._references.forward(task)
        reference = self._references.of(forward)
        out = reference(*case.arguments)[0][0]
        dout = LAYOUTS[case.layout](rng.standard_normal(out.shape).astype(out.dtype))
        return (dout, Cache(forward.function, case.arguments)), reference

    def _right(self, arguments, forward):
        own = tuple(forward(*a.arguments)[1] if isinstance(a, Cache) else a for a in arguments)
        values, _, after = self._reference(*own)
        for name, value in zip(returns_of(self._task), values, strict=True):
            if not (value is None or isinstance(value, (bool, int, float, np.ndarray, np.generic))):
                raise ValueError(f"the reference's {name} is a {type(value).__name__}, no array")
        right = dict(zip(returns_of(self._task), values, strict=True))
        return right | entries_written(self._task, self._reference.parameters, after)

    def _slopes(self, arguments, right, first, rng):
        cache = cache_in(arguments)
        weights = 1.0  # of a loss, which is the first result
        if cache is not None:
            arguments, weights = cache.arguments, arguments[0]
        places = {
            f"d{name}": k
            for k, (name, value) in enumerate(zip(first.parameters, arguments, strict=False))
            if isinstance(right.get(f"d{name}"), np.ndarray) and isinstance(value, np.ndarray)
        }

        def value(moved):
            return float(np.sum(first(*moved)[0][0] * weights))

        return slopes(value, arguments, right, places, rng)


def cache_in(arguments):
    """Return the :class:`Cache` among arguments, or None."""
    return next((argument for argument in arguments if isinstance(argument, Cache)), None)


def _generator(seed, *names):
    """Return a generator of its own for each of these names."""
    key = "\0".join(map(str, names)).encode()
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(key)))


def _same(trial, other):
    """Return whether two trials have the same arguments."""
    return other is not None and _equal(trial.arguments, other.arguments)


def _equal(a, b):
    if isinstance(a, Cache):
        return isinstance(b, Cache) and _equal(a.arguments, b.arguments)
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and np.array_equal(a, b)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    return a == b
