"""Which tasks lose all of their points for what their files import."""

import io
import re
import tokenize
from pathlib import Path

from minidl.assignment.sources.functions import functions
from minidl.assignment.sources.imports import forbidden
from minidl.assignment.sources.lexing import lex

MOST_SAID = 3  # places
LINE = re.compile(r"[^:]+:(\d+): ")


def forbidden_by_task(assignment, folder):
    """Return, by the task's id, what is imported and must not be, in words; "" if nothing is.

    What stands in a task's function is the matter of this task alone; anything else counts for all
    tasks of the file, and for all there are if none is to be done in it.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        The files of a hand-in.
    """
    texts = {name: _text(Path(folder, name)) for name in assignment.editable}
    shared = sorted(set(texts) - {task.file for task in assignment.tasks})
    found = {}
    for task in assignment.tasks:
        names = (*assignment.forbidden_imports, *task.forbidden_imports)
        others = {t.function for t in assignment.tasks if t.file == task.file and t is not task}
        says = _outside(forbidden(texts[task.file], names, task.file), texts[task.file], others)
        for name in shared:
            says += forbidden(texts[name], assignment.forbidden_imports, name)
        found[task.id] = "; ".join(says[:MOST_SAID])
    return found


def _outside(says, text, others):
    """Return those of the messages whose lines do not stand in one of the other functions."""
    if not says:
        return []
    lexed = lex(text, "", strict=False)
    spans = [
        (lexed.line(function.header.start), lexed.line(function.last))
        for function in functions(lexed)
        if function.name in others
    ]
    lines = [LINE.match(one) for one in says]
    return [
        one
        for one, line in zip(says, lines, strict=True)
        if not (line and any(first <= int(line[1]) <= last for first, last in spans))
    ]


def _text(path):
    """Return a file as Python reads it; "" if there is none, or Python could not read it either."""
    if not path.is_file():
        return ""
    data = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (LookupError, SyntaxError, UnicodeDecodeError):
        return ""
