"""Named arrays from elsewhere for a net that has its own: all of them fit, or none is taken."""

from minidl.geometry.arrays import real_array


def fitting_arrays(op, name, given, own, in_place=False):
    """Return the arrays ``given`` for those in ``own``, in their order and dtypes.

    Parameters
    ----------
    op, name : str
        The operation, and its argument ``given``, to name in an error.
    given : mapping of str to array_like
    own : dict of str to ndarray
    in_place : bool
        Whether the own arrays will be written to.  Copies are returned then, because some of the
        own may be among those given; otherwise, the caller's memory where nothing has to change.

    Raises
    ------
    ValueError
        If a name is missing or unknown, or a shape differs; the message lists them all.
    TypeError
        If ``given`` is no mapping, or a value does not hold real numbers.
    """
    try:
        keys = list(given.keys())
    except AttributeError:
        raise TypeError(f"{op}: {name} must be a mapping, got {type(given).__name__}") from None
    given = {key: real_array(op, repr(key), given[key]) for key in keys}
    wrong = [f"missing key {key!r}" for key in own if key not in given]
    wrong += [f"unknown key {key!r}" for key in given if key not in own]
    for key, array in own.items():
        if key not in given:
            continue
        if given[key].shape != array.shape:
            wrong.append(f"{key!r} has shape {given[key].shape} and needs {array.shape}")
        if in_place and not array.flags.writeable:
            wrong.append(f"the parameter {key!r} is read-only")
    if wrong:
        raise ValueError(f"{op}: nothing was loaded: " + "; ".join(wrong))
    return {key: given[key].astype(array.dtype, copy=in_place) for key, array in own.items()}
