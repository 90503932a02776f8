"""A layer's parameters as a line for people: "Stride 2, no padding, dilation 1"."""

import numpy as np

SIDES = ("above", "below", "left", "right")


def parameters_in_words(param):
    """Return the parameters of a trace as one line for people.

    Parameters
    ----------
    param : dict
        As layers spell them out; keys that are not known here are said as they are.

    Returns
    -------
    str

    Examples
    --------
    >>> parameters_in_words({"stride": (2, 2), "pad": ((1, 0), (0, 1)), "groups": 1})
    'Stride 2, padding 1 above and 1 right, 1 group'
    """
    rest = dict(param)
    said = []
    if "pool_height" in rest and "pool_width" in rest:
        said.append(f"window {rest.pop('pool_height')} x {rest.pop('pool_width')}")
    said += [_parameter(key, value) for key, value in rest.items()]
    line = ", ".join(said)
    return line[:1].upper() + line[1:]


def _parameter(key, value):
    if key == "pad":
        return _padding(value)
    if key == "groups":
        return "1 group" if value == 1 else f"{value} groups"
    if key == "ceil_mode":
        return "sizes rounded up" if value else "sizes rounded down"
    if key == "count_include_pad":
        return "padding counts" if value else "padding does not count"
    name = "learning rate" if key == "lr" else key.replace("_", " ")
    if isinstance(value, tuple | list) and len(value) == 2:
        down, across = value
        value = down if down == across else f"{down} down and {across} across"
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"


def _padding(value):
    """Say padding in any form that :func:`minidl.geometry.window_grid` takes."""
    if isinstance(value, str):
        return f"padding {value!r}"
    sides = np.broadcast_to(np.asarray(value).T, (2, 2)).T.ravel().tolist()
    if not any(sides):
        return "no padding"
    if len(set(sides)) == 1:
        return f"padding {sides[0]} on every side"
    some = [f"{size} {side}" for size, side in zip(sides, SIDES, strict=True) if size]
    return f"padding {' and '.join([', '.join(some[:-1]), some[-1]] if some[1:] else some)}"
