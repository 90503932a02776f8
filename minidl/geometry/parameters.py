"""The forms that strides, dilations and padding come in, and the keys of a parameter dict."""

from minidl.geometry.arrays import integer
from minidl.spelling import near_miss


def require_dict(op, name, param, hint=""):
    """Refuse what is no dict; ``hint`` ends the message."""
    if not isinstance(param, dict):
        raise TypeError(f"{op}: {name} must be a dict, got {type(param).__name__}{hint}")


def known_keys(op, name, param, required, optional):
    """Refuse a parameter dict with a missing or an unknown key, naming the near miss."""
    require_dict(op, name, param)
    for key in param:
        if key not in required and key not in optional:
            known = [*required, *optional]
            hint = near_miss(str(key), known) or f"; known keys: {', '.join(known)}"
            raise ValueError(f"{op}: {name} has an unknown key {key!r}{hint}")
    for key in required:
        if key not in param:
            raise ValueError(f"{op}: {name} lacks the key {key!r}, got keys {list(param)}")


def known_mode(op, name, param):
    """Refuse a parameter dict without ``'mode'``, or with another one than 'train' and 'test'."""
    require_dict(op, name, param)
    mode = param.get("mode")
    if not isinstance(mode, str) or mode not in ("train", "test"):
        got = repr(mode) if "mode" in param else f"keys {list(param)}"
        raise ValueError(f"{op}: {name} must have a 'mode', 'train' or 'test', got {got}")


def pair(op, name, value, least):
    """Return an int or a pair of ints as a pair, height first."""
    if not isinstance(value, (tuple, list)):
        number = integer(op, name, value, least)
        return number, number
    if len(value) != 2:
        raise ValueError(
            f"{op}: {name} must be an int or a pair (height, width), got {len(value)} values"
        )
    return (
        integer(op, f"{name} height", value[0], least),
        integer(op, f"{name} width", value[1], least),
    )


def length(op, name, value, least):
    """Return what a 1-D layer takes for its one axis: an int, or a tuple of one."""
    if not isinstance(value, (tuple, list)):
        return integer(op, name, value, least)
    if len(value) != 1:
        raise ValueError(f"{op}: {name} must be an int for the one axis there is, got {value!r}")
    return integer(op, name, value[0], least)


def padding_ends(op, pad, name="pad"):
    """Return the padding of a 1-D layer as :func:`padding_sides` does, above and below none."""
    if isinstance(pad, str):
        return padding_sides(op, pad, name)
    if isinstance(pad, (tuple, list)):
        if len(pad) not in (1, 2) or any(isinstance(end, (tuple, list)) for end in pad):
            raise ValueError(
                f"{op}: {name} must be an int, (left, right), 'valid' or 'same', got {pad!r}"
            )
        if len(pad) == 2:
            left = integer(op, f"{name} left", pad[0], 0)
            return (0, 0), (left, integer(op, f"{name} right", pad[1], 0))
        (pad,) = pad
    side = integer(op, name, pad, 0)
    return (0, 0), (side, side)


def padding_sides(op, pad, name="pad"):
    """Return ``pad`` as ((top, bottom), (left, right)), or as 'same', which depends on sizes."""
    if isinstance(pad, str):
        if pad == "valid":
            return (0, 0), (0, 0)
        if pad == "same":
            return pad
        raise ValueError(
            f"{op}: {name} must be an int, pairs, 'valid' or 'same', got {pad!r}"
            + near_miss(pad.lower(), ("valid", "same"))
        )
    if isinstance(pad, (tuple, list)) and any(isinstance(sides, (tuple, list)) for sides in pad):
        if [len(sides) if isinstance(sides, (tuple, list)) else 0 for sides in pad] != [2, 2]:
            raise ValueError(f"{op}: {name} must be ((top, bottom), (left, right)), got {pad!r}")
        (top, bottom), (left, right) = pad
        return (
            (integer(op, f"{name} top", top, 0), integer(op, f"{name} bottom", bottom, 0)),
            (integer(op, f"{name} left", left, 0), integer(op, f"{name} right", right, 0)),
        )
    if isinstance(pad, (tuple, list)) and len(pad) != 2:
        raise ValueError(
            f"{op}: {name} must be an int, (h, w) or ((top, bottom), (left, right)), got {pad!r}"
        )
    return tuple((side, side) for side in pair(op, name, pad, 0))


def frozen(value):
    """Return ``value`` with its lists as tuples, which nobody can change afterwards."""
    return tuple(map(frozen, value)) if isinstance(value, (tuple, list)) else value
