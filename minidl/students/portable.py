"""Anything, as far as it can be sent: arrays, numbers, short text, and words for the rest."""

from numpy import dtype, ndarray, typecodes

from minidl.students.npy import NUMBERS
from minidl.students.returned import words
from minidl.students.wire import MOST_BYTES, Foreign

SCALARS = frozenset(dtype(code).type for code in typecodes["AllInteger"] + "?efdgFDG")
LONGEST_TEXT = 1000
MOST_ITEMS = 1000
DEEPEST = 4


def as_result(value):
    """Return one of the results of a call as it travels; a tuple in a tuple is none."""
    return Foreign(words(value)) if type(value) in (tuple, list, dict) else portable(value)


def portable(value, depth=0):
    """Return a value that travels and that is what it seems, by the very type of everything.

    A class of a student's own that claims to be a number is put into words, as are long texts,
    whole numbers of more than 64 bits and what holds itself.
    """
    kind = type(value)
    if kind in (tuple, list, dict) and len(value) <= MOST_ITEMS and depth < DEEPEST:
        if kind is dict:
            return {_key(key): portable(item, depth + 1) for key, item in value.items()}
        return kind(portable(item, depth + 1) for item in value)
    return value if _fits(kind, value) else Foreign(words(value))


def _fits(kind, value):
    if kind is int:
        return -(1 << 63) < value < 1 << 63
    if kind is str:
        return len(value) <= LONGEST_TEXT
    if kind is ndarray:
        return value.dtype.kind in NUMBERS and value.nbytes <= MOST_BYTES
    return value is None or kind in (bool, float) or kind in SCALARS


def _key(key):
    return str(key)[:LONGEST_TEXT] if type(key) in (str, int, bool, float) else type(key).__name__
