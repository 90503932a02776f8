"""Guesses from what an exception says."""

import re

MESSAGES = (
    (
        r"'(numpy\.)?float\w*' object cannot be interpreted as an integer|slice indices must be "
        r"integers|only integers, slices|integer is required",
        "a size or an index is a float: divide by // and not by /",
    ),
    (r"raised NameError", "a name is misspelled, or was never assigned in this function"),
    (
        r"'NoneType' object",
        "something is None: a function without return, or a cache that was never filled",
    ),
    (
        r"matmul: Input operand|shapes .* not aligned",
        "two matrices do not fit: a transpose or a reshape is missing, or one too many",
    ),
    (r"raised RecursionError", "the function calls itself without end"),
    (
        r"raised KeyError",
        "a parameter dict has no such key: see the reference's docstring for its keys",
    ),
    (r"raised MemoryError", "an array is far too large: look at the shape it is made with"),
)


def from_messages(messages):
    """Return what all messages of exceptions have in common, if that is known.

    Parameters
    ----------
    messages : list of str

    Returns
    -------
    list of str
    """
    return [
        cause
        for pattern, cause in MESSAGES
        if messages and all(re.search(pattern, message) for message in messages)
    ][:1]
