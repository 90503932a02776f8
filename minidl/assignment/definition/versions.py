"""Ranges of versions: ">=0.1,<0.2"."""

import operator
import re

COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
VERSION = re.compile(r"\d+(?:\.\d+)*")


def within(version, allowed):
    """Return whether a version lies in a range.

    Parameters
    ----------
    version : str
        What follows its numbers, as in "0.2.0.dev1", counts as the version itself.
    allowed : str
        Comparisons with commas between them, all of which must hold.

    Raises
    ------
    ValueError
        If it is no such range; the message says what is wrong with it, and no more.
    """
    number = _numbers(VERSION.match(version).group())
    return all(compare(number, bound) for compare, bound in _comparisons(allowed))


def _comparisons(allowed):
    for part in allowed.split(","):
        found = re.fullmatch(r"(==|!=|>=|<=|>|<)\s*(\S+)", part.strip())
        if not found or not VERSION.fullmatch(found[2]):
            raise ValueError(
                f"{part.strip()!r} is no comparison of versions; write it like '>=0.1,<0.2'"
            )
        yield COMPARISONS[found[1]], _numbers(found[2])


def _numbers(version):
    """Return the numbers of a version without zeros at the end: 0.1 is 0.1.0."""
    numbers = [int(number) for number in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
