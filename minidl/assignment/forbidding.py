"""Which tasks lose all of their points for what their files import."""

from pathlib import Path

from minidl.assignment.imports import forbidden


def forbidden_by_task(assignment, folder):
    """Return, by the task's id, what its file imports and must not, in words; "" if nothing.

    Files without a task of their own serve all tasks.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        With the files that were handed in.
    """
    own = {task.file for task in assignment.tasks}
    shared = [name for name in assignment.editable if name not in own]
    texts = {name: _text(Path(folder, name)) for name in assignment.editable}
    found = {}
    for task in assignment.tasks:
        names = (*assignment.forbidden_imports, *task.forbidden_imports)
        told = [
            what for name in (task.file, *shared) for what in forbidden(texts[name], names, name)
        ]
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        found[task.id] = told[0] + more if told else ""
    return found


def _text(path):
    """Return what can be read of a file; whether it is a program is another question."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
