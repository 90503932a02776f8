"""Numbers that were drawn once, in every dtype and every way to lie in memory."""

import numpy as np

from minidl.check.case import LAYOUTS, Case


def spread(drawn, dtypes, again=(0,), laid=(0,), **more):
    """Yield cases: all in the first dtype, some in the second, some of those in other layouts.

    Parameters
    ----------
    drawn : sequence of tuple
        Arguments; arrays of floats are float64.
    dtypes : tuple of str
    again : iterable of int
        Which ones come in the second dtype, too.
    laid : iterable of int
        Which ones come with every layout, in the last dtype.
    **more
        Attributes of every case.
    """
    drawn = list(drawn)
    for dtype in dtypes:
        chosen = range(len(drawn)) if dtype == dtypes[0] else again
        yield from (Case(cast(drawn[k], dtype), dtype, **more) for k in chosen)
    for k in laid:
        plain = Case(cast(drawn[k], dtypes[-1]), dtypes[-1], **more)
        yield from (plain.laid(layout) for layout in LAYOUTS if layout != "plain")


def cast(argument, dtype):
    """Return arguments with all arrays of floats in another dtype, those in dicts, too."""
    if isinstance(argument, tuple):
        return tuple(cast(part, dtype) for part in argument)
    if isinstance(argument, dict):
        return {key: cast(value, dtype) for key, value in argument.items()}
    is_floats = isinstance(argument, np.ndarray) and argument.dtype.kind == "f"
    return argument.astype(dtype) if is_floats else argument
