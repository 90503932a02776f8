"""Arrays of numbers as ``.npy`` bytes, read as if whoever wrote them meant harm [1]_.

A header is held against the bytes that are there before any array is made, so that nobody gets
memory for a promise.  NumPy's own reader and writer do the same work for many more types; these
are all that students' functions need, and no patch of NumPy changes them.

References
----------
.. [1] NumPy's documentation, "numpy.lib.format",
   https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import re
from math import prod

from numpy import dtype, empty, ndarray

NUMBERS = "biufc"  # kinds of dtypes that travel
MOST_AXES = 32
MAGIC = b"\x93NUMPY\x01\x00"
HEADER = re.compile(
    rb"\{'descr': '([<>|=][biufc]\d{1,2})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}, ?)*(?:\d{1,18})?)\), \} *\n"
)
NUMBER = re.compile(rb"\d+")


def to_bytes(array):
    """Return an array, or a NumPy scalar, as the bytes of an ``.npy`` file."""
    is_fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    shape = "".join(f"{size}, " for size in array.shape)
    words = f"'descr': '{array.dtype.str}', 'fortran_order': {is_fortran}, 'shape': ({shape})"
    header = f"{{{words}, }}".encode()
    header += b" " * (-(len(MAGIC) + 2 + len(header) + 1) % 64) + b"\n"
    length = len(header).to_bytes(2, "little")
    return MAGIC + length + header + array.tobytes("F" if is_fortran else "C")


def from_bytes(data):
    """Return the array that :func:`to_bytes` was given.

    Raises
    ------
    ValueError
        If the bytes are anything else.
    """
    start = len(MAGIC) + 2
    end = start + int.from_bytes(data[len(MAGIC) : start], "little")
    found = HEADER.fullmatch(data, start, end) if data[: len(MAGIC)] == MAGIC else None
    if found is None or end > len(data):
        raise ValueError("a block that is no array of numbers")
    name, is_fortran, sizes = found.groups()
    try:
        kind = dtype(name.decode())
    except TypeError:
        raise ValueError(f"an array of a dtype {name.decode()!r} that there is not") from None
    shape = tuple(map(int, NUMBER.findall(sizes)))
    promised, there = prod(shape) * kind.itemsize, len(data) - end
    if promised != there or len(shape) > MOST_AXES:
        raise ValueError(f"an array of {promised} bytes and {len(shape)} axes in {there} bytes")
    order = "F" if is_fortran == b"True" else "C"
    array = empty(shape, kind, order)
    array[...] = ndarray(shape, kind, data, end, order=order)
    return array
