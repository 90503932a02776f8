"""Which tasks lose all of their points for what their files import."""

import io
import tokenize
from pathlib import Path

from minidl.assignment.imports import forbidden

MOST_SAID = 3  # places


def forbidden_by_task(assignment, folder):
    """Return, by the task's id, what is imported and must not be, in words; "" if nothing is.

    A file in which no task is to be done counts for all of them.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        The files of a hand-in.
    """
    texts = {name: _text(Path(folder, name)) for name in assignment.editable}
    shared = set(texts) - {task.file for task in assignment.tasks}
    found = {}
    for task in assignment.tasks:
        own = (*assignment.forbidden_imports, *task.forbidden_imports)
        says = forbidden(texts[task.file], own, task.file)
        for name in sorted(shared):
            says += forbidden(texts[name], assignment.forbidden_imports, name)
        found[task.id] = "; ".join(says[:MOST_SAID])
    return found


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
