"""The sizes that a sample is asked to have: ``N=8 C=3`` and ``H=8..128``, read and checked."""

import itertools

from minidl.geometry import finite, integer
from minidl.spelling import near_miss

MOST_SIZES = 100  # of a sweep
PARTNERS = {"W": "H", "WW": "HH"}
PADDING = ("same", "valid")


def parse_shape(text):
    """Return sizes by letter of a text such as ``N=8 C=3 H=32 pad=1``; values remain text.

    Raises
    ------
    ValueError
        If a part is no letter, ``=`` and value, or a letter comes twice.
    """
    sizes = {}
    for part in text.replace(",", " ").split():
        letter, equals, value = part.partition("=")
        if not (letter and equals and value) or "=" in value:
            raise ValueError(f"--shape: {part!r} is not LETTER=NUMBER, such as N=8")
        if letter in sizes:
            raise ValueError(f"--shape: {letter} stands twice, as {sizes[letter]} and {value}")
        sizes[letter] = value
    if not sizes:
        raise ValueError("--shape: there is nothing in it; write LETTER=NUMBER, such as N=8")
    return sizes


def parse_sweep(text):
    """Return the letter and the sizes of a sweep.

    Parameters
    ----------
    text : str
        ``H=8..128`` doubles, ``H=8..128:8`` goes in steps of 8, ``H=8,16,24`` lists them.

    Returns
    -------
    letter : str
    sizes : list of int

    Raises
    ------
    ValueError
        If a part cannot be read; the message says which.
    """
    letter, equals, value = text.strip().partition("=")
    if not (letter and equals and value):
        raise ValueError(f"--sweep: {text!r} is not LETTER=SIZES, such as H=8..128 or H=8,16,24")
    if ".." not in value:
        sizes = [_whole(text, part) for part in value.split(",")]
    else:
        sizes = _range(text, value)
    for before, after in itertools.pairwise(sizes):
        if after <= before:
            raise ValueError(f"--sweep: sizes must grow in {text!r}, and {after} follows {before}")
    return letter, sizes


def settled(twin, given):
    """Return all sizes of a pair's sample by letter, those that are given and the others' own.

    Parameters
    ----------
    twin : Twin
    given : dict
        Numbers, or text with a number, by letter.

    Raises
    ------
    ValueError, TypeError
        If the sample has no such letter, or the value is no such number.
    """
    own = twin.letters
    sizes = dict(own)
    for letter, value in given.items():
        if letter not in own:
            raise ValueError(
                f"compare: {twin.name} has no size {letter!r}; "
                f"it has {', '.join(own)}{near_miss(letter, own)}"
            )
        sizes[letter] = _value(letter, value, own[letter])
    for letter, partner in PARTNERS.items():
        if letter in sizes and sizes[letter] is None:
            sizes[letter] = sizes[partner]
    return sizes


def _value(letter, value, like):
    """Return a size as a number (or a word) of the kind that the sample has there."""
    if isinstance(like, str) or (letter == "pad" and value in PADDING):
        return value
    if isinstance(like, float):
        try:
            return finite("compare", letter, float(value))
        except ValueError:
            raise ValueError(f"compare: {letter} must be a number, got {value!r}") from None
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            words = f" or {' or '.join(PADDING)}" if letter == "pad" else ""
            raise ValueError(
                f"compare: {letter} must be a whole number{words}, got {value!r}"
            ) from None
    return integer("compare", letter, value, 0 if letter == "pad" else 1)


def _range(text, value):
    span, colon, step = value.partition(":")
    first, _, last = span.partition("..")
    first, last = _whole(text, first), _whole(text, last)
    if last < first:
        raise ValueError(f"--sweep: {last} is below {first} in {text!r}; write the smaller first")
    if colon:
        step = _whole(text, step)
        sizes = range(first, last + 1, step)
        if len(sizes) > MOST_SIZES:
            raise ValueError(
                f"--sweep: {text!r} are {len(sizes):,} sizes, at most {MOST_SIZES} are swept over; "
                "make the step larger"
            )
        return list(sizes)
    sizes = [first]
    while 2 * sizes[-1] <= last:
        sizes.append(2 * sizes[-1])
    return sizes


def _whole(text, part):
    if not (part.isascii() and part.isdecimal() and int(part[:20])):
        raise ValueError(
            f"--sweep: {part!r} in {text!r} must be a whole number of at least 1; "
            "write H=8..128, H=8..128:8 or H=8,16,24"
        )
    return integer("--sweep", "a size", int(part[:20]), 1)
