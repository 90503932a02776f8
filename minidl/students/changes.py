"""What a call did to its arguments: the first number of an array, the entries of a dict."""

from numpy import argwhere, isnan, ndarray

from minidl.students.returned import travelling


def visible(argument):
    """Return what changes of are looked for: arrays, and what dicts hold."""
    return argument if isinstance(argument, (ndarray, dict)) else None


def changes(name, before, after):
    """Yield a dict for each array or dict entry that a call has changed."""
    if isinstance(before, ndarray):
        where = difference(before, after)
        if where is not None:
            yield {
                "argument": name,
                "key": None,
                "index": where,
                "before": before[where],
                "after": after[where] if before.shape == after.shape else None,
            }
    elif isinstance(before, dict):
        for key in sorted(before.keys() | after.keys(), key=str):
            old, new = before.get(key), after.get(key)
            if not equal(old, new):
                yield {
                    "argument": name,
                    "key": str(key),
                    "index": None,
                    "before": travelling(old),
                    "after": travelling(new),
                }


def difference(before, after):
    """Return the index of the first number that differs, or None."""
    if before.shape != after.shape or before.dtype != after.dtype:
        return ()
    same = before == after
    if before.dtype.kind in "fc":
        same |= isnan(before) & isnan(after)
    return None if same.all() else tuple(map(int, argwhere(~same)[0]))


def equal(old, new):
    """Return whether two entries are the same, in type and in value."""
    if isinstance(old, ndarray) and isinstance(new, ndarray):
        return difference(old, new) is None
    try:
        return type(old) is type(new) and bool(old == new)
    except ValueError:  # arrays inside of tuples have no one answer
        return False
