"""What an argument must be: dtypes, shapes, caches, and the words that refuse it."""

import math
import operator

import numpy as np

LARGEST = 2**31 - 1  # of any integer argument: sums and products of two stay below 2**63
OF_OUTPUT = "that of the layer's output"  # where the shape of an upstream gradient is from
MOST_NUMBERS = 2**48  # of any array: 2 PB of them, more than any machine has
FLOATS = np.dtype(np.float32), np.dtype(np.float64)  # in this machine's order of bytes


def integer(op, name, value, least, most=LARGEST):
    """Return ``value`` as an int from ``least`` to ``most``; bools and fractions are refused.

    Raises
    ------
    TypeError
        If ``value`` is not an integer.
    ValueError
        If it is out of range.
    """
    try:
        number = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{op}: {name} must be an integer, got {value!r}")
    if not least <= number <= most:
        limit = f"at least {least}" if number < least else f"at most {most}"
        shown = number if abs(number) < 2**128 else "one of many digits"
        raise ValueError(f"{op}: {name} must be {limit}, got {shown}")
    return number


def real_array(op, name, value):
    """Return ``value`` as an array of bools, integers or floats of at most 64 bits.

    It shares the caller's memory but not the caller's array object, whose shape somebody else
    could change after it was checked.

    Raises
    ------
    TypeError
        If it holds anything else: complex numbers, objects, strings, extended precision.
    ValueError
        If it is a ragged list.
    """
    if type(value) is np.ndarray:
        array = value.view()
        if array.dtype in FLOATS:  # what most arrays are
            return array
    try:
        array = np.asarray(value).view()
    except ValueError:
        raise ValueError(
            f"{op}: {name} is not a rectangular array: its rows differ in length"
        ) from None
    except (RuntimeError, TypeError) as error:  # other libraries' tensors have their reasons
        raise TypeError(f"{op}: {name} cannot be read as an array: {error}") from None
    if type(value).__name__ == "MaskedArray":
        raise TypeError(f"{op}: {name} is masked, and the mask would be lost; use {name}.filled()")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{op}: {name} must hold real numbers, got dtype {array.dtype}")
    if array.dtype.itemsize > 8:
        raise TypeError(
            f"{op}: {name} has dtype {array.dtype}, and minidl computes in float32 and float64; "
            f"convert it: {name}.astype('float64')"
        )
    return array


def float_arrays(op, optional=(), **arrays):
    """Promote the named arrays to one dtype, float32 or float64, by NumPy's rules.

    Those that ``optional`` names may be None, and stay so.

    Returns
    -------
    dtype : numpy.dtype
    promoted : list of ndarray
        In the order given; in the caller's own memory where nothing had to change.
    """
    known, dtype, alike = [], None, True
    for name, given in arrays.items():
        if given is None and name in optional:
            known.append(None)
            continue
        array = real_array(op, name, given)
        alike = alike and (dtype is None or array.dtype == dtype)
        dtype = array.dtype
        known.append(array)
    if not alike or dtype not in FLOATS:
        dtype = np.result_type(np.float32, *(a.dtype for a in known if a is not None))
        known = [a if a is None else a.astype(dtype, copy=False) for a in known]
    return dtype, known


def require_floats(op, name, array, why=""):
    """Refuse anything but an array of floats, to be written to; ``why`` ends the message."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        kind = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise TypeError(f"{op}: {name} must be an array of floats, got {kind}{why}")


def float_dtype(op, dtype):
    """Return ``dtype``, a dtype or its name, which must be float32 or float64."""
    try:
        known = np.dtype(dtype).newbyteorder("=") if dtype is not None else None
    except (SyntaxError, TypeError, ValueError):
        known = None
    if known is None or known.name not in ("float32", "float64"):
        raise ValueError(f"{op}: dtype must be float32 or float64, got {dtype!r}")
    return np.dtype(known.name)  # NumPy's own object, by which it is recognised quickly


def require_axes(op, name, array, axes, channels=None):
    """Refuse an array whose number of axes differs from that of ``axes``, e.g. "(N, C, H, W)".

    Every axis but a batch ``N`` must hold at least one element.  ``channels``, if it is known how
    many there should be, tells a missing batch from missing channels.
    """
    letters = axes.strip("()").rstrip(",").split(", ")
    if array.ndim != len(letters):
        hint = _axes_to_add(name, array, letters, channels)
        raise ValueError(f"{op}: {name} must be {axes}, got shape {array.shape}{hint}")
    if 0 in array.shape[letters[0] == "N" :]:
        raise ValueError(
            f"{op}: {name} has an empty axis: {axes} is {array.shape}; only a batch may be empty"
        )


def _axes_to_add(name, array, letters, channels):
    """Return the end of an error message: how to add a missing batch or missing channels."""
    missing = len(letters) - array.ndim
    if letters[0] != "N" or array.ndim < 1 or missing not in (1, 2):
        return ""
    last = letters[-1] == "C"  # channels come last: TensorFlow's layout
    batch, channel = f"{name}[None]", f"{name}[{'..., None' if last else ':, None'}]"
    if missing == 2:
        return f"; add axes: {name}[None, {'..., ' * last}None]"
    if len(letters) == 2 or array.shape[-1 if last else 0] == channels:  # 2: a row of scores
        return f"; add the batch axis: {batch}"
    if channels == 1:
        return f"; add the channel axis: {channel}"
    return f"; add the batch axis, {batch}, or the channel axis, {channel}"


def require_shape(op, name, array, shape, why, hint=""):
    """Refuse an array of another shape than ``shape``; ``why`` says where that shape is from.

    ``hint`` ends the message: how to mend it.
    """
    if array.shape != shape:
        raise ValueError(f"{op}: {name} must have shape {shape} ({why}), got {array.shape}{hint}")


def shape_of(op, name, value, axes):
    """Return ``value``, a shape with as many axes as ``axes`` lists, as a tuple of ints.

    Every axis but a batch ``N`` must hold at least one element.
    """
    letters = axes.strip("()").split(", ")
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (tuple, list)) or len(value) != len(letters):
        raise ValueError(f"{op}: {name} must be a shape {axes}, got {value!r}")
    shape = tuple(
        integer(op, f"{name} {letter}", size, 0 if letter == "N" else 1)
        for letter, size in zip(letters, value, strict=True)
    )
    require_room(op, name, shape)
    return shape


def shape_of_one(op, name, value):
    """Return ``value``, the shape of one image without its batch, as a tuple of ints."""
    try:
        return tuple(integer(op, name, size, 1) for size in value)
    except TypeError:
        raise TypeError(
            f"{op}: {name} must be a tuple of integers such as (1, 28, 28), got {value!r}"
        ) from None


def require_room(op, name, shape):
    """Refuse a shape of more numbers than any memory holds, before sizes overflow."""
    if math.prod(shape) > MOST_NUMBERS:
        raise ValueError(
            f"{op}: {name} would have shape {shape}, {math.prod(shape)} numbers; "
            f"at most {MOST_NUMBERS} are possible: make its sizes smaller"
        )


def flag(op, name, value):
    """Return ``value``, which must be True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{op}: {name} must be True or False, got {value!r}")
    return bool(value)


def random_generator(name, rng):
    """Return ``rng``, which must be a NumPy generator; a seed is none."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator, got {type(rng).__name__}; "
            "make one: np.random.default_rng(0)"
        )
    return rng


def required(op, dout):
    """Return the upstream gradient ``dout``, which must not be None."""
    if dout is None:
        raise TypeError(f"{op}: dout must be the gradient of the output, got None")
    return dout


def upstream(op, dout, like):
    """Return ``dout`` and the layer's input ``like`` in one float dtype, equal in shape."""
    dtype, (dout, like) = float_arrays(op, dout=dout, cache=like)
    require_shape(op, "dout", dout, like.shape, OF_OUTPUT)
    return dtype, dout, like


def unpack(op, cache, names):
    """Return the parts of a forward pass's ``cache``, which ``names`` lists: "x, w, b"."""
    if not isinstance(cache, tuple) or len(cache) != names.count(",") + 1:
        forward = op.replace("backward", "forward").removesuffix("_alt")
        raise TypeError(
            f"{op}: cache must be the tuple ({names}) that {forward} returned, "
            f"got {type(cache).__name__}"
            + (f" of length {len(cache)}" if isinstance(cache, tuple) else "")
        )
    return cache
