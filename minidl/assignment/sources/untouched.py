"""Whether a function that was handed in is still the one that was handed out."""

from minidl.assignment.sources.functions import functions
from minidl.assignment.sources.lexing import lex

MORE = 100_000  # characters that may stand around what was handed out


def untouched(text, stub_text, task):
    """Return whether the body of a task's function is still the stub's.

    White space, comments, the docstring and the names of parameters do not count.

    Parameters
    ----------
    text, stub_text : str
        The file that was handed in, and the one that was handed out.
    task : Task

    Returns
    -------
    bool
        False also where the file has no such function, or several.
    """
    if len(text) > 2 * len(stub_text) + MORE:
        return False  # it is not worth the time
    own, stub = (_body(one, task) for one in (text, stub_text))
    return own is not None and own == stub


def _body(text, task):
    """Return the words of a function's body, line by line, or None."""
    lexed = lex(text, task.file, strict=False)
    found = [one for one in functions(lexed) if one.name == task.function]
    if len(found) != 1:
        return None
    (function,) = found
    start = function.docstring.end if function.docstring else function.colon
    lines = [function.header, *function.statements]
    words = [[token.text for token in line.tokens if token.start >= start] for line in lines]
    levels = _levels(lines)
    return [
        (level, [word for word in line if word != ";"])
        for level, line in zip(levels, words, strict=True)
        if [word for word in line if word != ";"]
    ]


def _levels(lines):
    """Return in how many blocks each line stands, however wide these are indented."""
    widths, levels = [], []
    for line in lines:
        while widths and widths[-1] > line.width:
            widths.pop()
        if not widths or widths[-1] < line.width:
            widths.append(line.width)
        levels.append(len(widths))
    return levels
