"""Cases of all other layers: those of the table of twins, and traits that they show themselves."""

import numpy as np

from minidl.check.case import LAYOUTS, Case
from minidl.check.traits import Trait

FEW_NUMBERS = 60  # in all arrays of a case, for numerical gradients
FAR = 1000.0  # its exponential overflows
OF_EXPONENTIALS = ("sigmoid", "tanh", "bce_with_logits_loss")


def cases(twin, rng, dtypes, full):
    """Yield the cases of ``twin``; beyond the course's contract only if ``full``."""
    for dtype in dtypes:
        of_dtype = "" if dtype == "float64" else f", {dtype}"
        ready = [
            Case(drawn, dtype, backward=not _is_test(twin, drawn), name=f"case {k}{of_dtype}")
            for k, drawn in enumerate(twin.cases(rng, np.dtype(dtype)), 1)
            if full or _is_plain(drawn)
        ]
        yield from ready
    if twin.name in OF_EXPONENTIALS:
        yield from _far(twin, rng, dtypes[0])
    for case in ready[:2]:
        yield from (case.laid(layout) for layout in LAYOUTS if layout != "plain")
    if "float64" in dtypes and not twin.kinks:
        yield from _numerical(twin, rng)


def _far(twin, rng, dtype):
    """Yield cases far from 0 on both sides; their slopes are 0 but for rounding, and not asked."""
    drawn = [case for case in twin.cases(rng, np.dtype(dtype)) if _is_plain(case)]
    for k, (x, *more) in enumerate(drawn[:2], 1):
        far = np.where(x < 0, -FAR, FAR).astype(dtype)
        yield Case((far, *more), dtype, backward=False, name=f"large values {k}")


def _numerical(twin, rng):
    """Yield the smallest of the cases that have a gradient, for numerical ones."""
    drawn = [
        arguments
        for arguments in twin.cases(rng, np.dtype("float64"))
        if _is_plain(arguments) and not _is_test(twin, arguments)
    ]
    drawn = [case for case in drawn if 4 <= _size(case) <= FEW_NUMBERS]
    for k, arguments in enumerate(drawn[:2], 1):
        yield Case(arguments, "float64", numerical=True, name=f"small {k}")


def _is_plain(arguments):
    """Whether a course would ask for this: no empty, 0-d or bool array, None, pair, or p of 0."""
    for argument in arguments:
        if argument is None or (isinstance(argument, np.ndarray) and not argument.shape):
            return False
        if isinstance(argument, np.ndarray) and (not argument.size or argument.dtype == bool):
            return False
        if isinstance(argument, dict) and any(_is_form(value) for value in argument.values()):
            return False
        if isinstance(argument, dict) and argument.get("p") == 0:  # of a division by p
            return False
    return True


def _is_form(value):
    return isinstance(value, (tuple, list))


def _is_test(twin, arguments):
    return bool(twin.writes) and any(
        isinstance(a, dict) and a.get("mode") == "test" for a in arguments
    )


def _size(arguments):
    return sum(a.size for a in arguments if isinstance(a, np.ndarray))


def traits(made):
    """Return the traits that some of these cases have and others have not."""
    found = []
    for k, key, value in _settings(made):
        shown = f"{key} is {value!r}"
        found.append(Trait(shown, "", _has(k, key, value)))
    for ndim in {case.arguments[0].ndim for case in made}:
        words = f"the first argument has {ndim} axes"
        found.append(Trait(words, "", _has_axes(ndim)))
    found.append(
        Trait(
            "numbers are far from 0",
            f"wrong for numbers such as {FAR:g}, whose exponential is infinite: write it so that "
            "exp is taken of negative numbers alone",
            lambda case: np.abs(case.arguments[0]).min(initial=np.inf) == FAR,
        )
    )
    found.append(
        Trait(
            "there is more than one image",
            "right for one image only",
            lambda case: case.arguments[0].shape[:1] > (1,),
        )
    )
    return tuple(found)


def _settings(made):
    """Return (place, key, value) of every number or text that cases give, each once."""
    found = {}
    for case in made:
        for k, argument in enumerate(case.arguments):
            entries = argument.items() if isinstance(argument, dict) else [(None, argument)]
            for key, value in entries:
                if isinstance(value, (bool, int, float, str)):
                    name = key or f"argument {k + 1}"
                    found[k, name, repr(value)] = (k, name, value)
    return found.values()


def _has(k, key, value):
    def test(case):
        argument = case.arguments[k]
        held = argument.get(key) if isinstance(argument, dict) else argument
        return isinstance(held, type(value)) and held == value

    return test


def _has_axes(ndim):
    return lambda case: case.arguments[0].ndim == ndim
