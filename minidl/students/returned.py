"""What a function returned, held against what it should: how many results, and of which types."""

from numpy import generic, ndarray

from minidl.students.failures import WrongResult
from minidl.students.npy import NUMBERS
from minidl.students.wire import MOST_BYTES, Foreign


def split(name, result, returns, keep):
    """Return the results of a call as a tuple, and the one more that is to be kept.

    Parameters
    ----------
    name : str
        The function, for errors.
    result : object
        What it returned.
    returns : tuple of str, or None
        Names of the results that there must be.
    keep : str or None
        Name of the one more, which may be anything.

    Raises
    ------
    WrongResult
        If there is another number of results.
    """
    if returns is None and keep is None:
        return result if isinstance(result, tuple) else (result,), None
    names = [*(returns or ()), *([keep] if keep else [])]
    wanted = f"must return {', '.join(names)}"
    if result is None:
        raise WrongResult(f"{name}: returned None, {wanted}; is the return missing?")
    if len(names) == 1:
        if isinstance(result, tuple):
            raise WrongResult(f"{name}: returned a tuple of {len(result)}, {wanted} alone")
        return ((result,), None) if keep is None else ((), result)
    if not isinstance(result, (tuple, list)):
        raise WrongResult(f"{name}: returned {words(result)} alone, {wanted}")
    if len(result) != len(names):
        raise WrongResult(f"{name}: returned {len(result)} results, {wanted}")
    return (tuple(result), None) if keep is None else (tuple(result[:-1]), result[-1])


def require_arrays(name, values, returns):
    """Refuse a named result that is no array, number or None."""
    for value, its_name in zip(values, returns or (), strict=False):
        if isinstance(value, (Foreign, str)):
            is_now = value.words if isinstance(value, Foreign) else words(value)
            most = f" of at most {MOST_BYTES >> 20} MiB" * is_now.endswith("MiB")
            raise WrongResult(f"{name}: {its_name} is {is_now}, must be an array of numbers{most}")


def travelling(value):
    """Return a value if it is None, a number or a plain array; else a ``Foreign`` about it."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    plain = isinstance(value, generic) or type(value) is ndarray
    if plain and value.dtype.kind in NUMBERS and value.nbytes <= MOST_BYTES:
        return value
    return Foreign(words(value))


def words(value):
    """Return what a value is, for people: "a list of 3"."""
    kind = type(value).__name__
    if isinstance(value, ndarray):
        if kind != "ndarray":
            return f"a {kind}, which NumPy treats in ways of its own"
        size = f", {value.nbytes >> 20} MiB" if value.nbytes > MOST_BYTES else ""
        return f"an array of shape {value.shape} and dtype {value.dtype}{size}"
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {kind} of {len(value)}"
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
