"""Numbers that were drawn once, in every dtype and every way to lie in memory."""

import numpy as np

from minidl.check.case import LAYOUTS, Case


def spread(drawn, dtypes, again=("ordinary",), laid=("ordinary",), **more):
    """Yield cases: all in the first dtype, some in the second, some of those in other layouts.

    Parameters
    ----------
    drawn : dict of str to tuple
        Arguments by the name of the case; arrays of floats are float64.
    dtypes : tuple of str
    again : iterable of str
        Which ones come in the second dtype, too.
    laid : iterable of str
        Which ones come with every layout, in the last dtype.
    **more
        Attributes of every case.
    """

    def case(name, dtype):
        shown = name if dtype == "float64" else f"{name}, {dtype}"
        return Case(cast(drawn[name], dtype), dtype, name=shown, **more)

    for dtype in dtypes:
        chosen = drawn if dtype == dtypes[0] else again
        yield from (case(name, dtype) for name in chosen)
    for name in laid:
        plain = case(name, dtypes[-1])
        yield from (plain.laid(layout) for layout in LAYOUTS if layout != "plain")


def cast(argument, dtype):
    """Return arguments with all arrays of floats in another dtype, those in dicts, too."""
    if isinstance(argument, tuple):
        return tuple(cast(part, dtype) for part in argument)
    if isinstance(argument, dict):
        return {key: cast(value, dtype) for key, value in argument.items()}
    is_floats = isinstance(argument, np.ndarray) and argument.dtype.kind == "f"
    return argument.astype(dtype) if is_floats else argument
