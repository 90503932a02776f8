"""The hand-out: what is in it, and nothing of what is not for students."""

import tempfile
from dataclasses import replace
from pathlib import Path

from minidl.assignment.cases.trial import write_trials
from minidl.assignment.making.bundle import SPEC
from minidl.assignment.making.manifest import MANIFEST, files_in, json_bytes, manifest
from minidl.assignment.making.readme import readme
from minidl.assignment.spec import as_dict

PUBLIC = "public"  # the folder of the public cases
README = "README.md"


def for_students(assignment):
    """Return an assignment without what is not for students: names of hidden cases, the seed."""
    tasks = []
    for task in assignment.tasks:
        checks = tuple(replace(check, hidden=()) for check in task.checks)
        tasks.append(replace(task, cases="", checks=checks))
    return replace(assignment, seed=0, tasks=tuple(tasks))


def handout(assignment, handed_out, extra, trials):
    """Return the files of the hand-out.

    Parameters
    ----------
    assignment : Assignment
        With the number of hidden cases of each check.
    handed_out : dict of str to bytes
        The editable files, emptied, and the given ones.
    extra : dict of str to bytes
        Further files.
    trials : dict
        By id of task ``{"public": trials, "hidden": trials}``.

    Returns
    -------
    dict of str to bytes
        By name, sorted.

    Raises
    ------
    ValueError
        If one of the further files has the name of another file.
    """
    files = {
        README: readme(assignment, extra).encode(),
        SPEC: json_bytes(as_dict(for_students(assignment))),
    }
    files |= {f"{PUBLIC}/{name}": data for name, data in _cases(trials).items()}
    for name, data in [*handed_out.items(), *extra.items()]:
        if name in files or name == MANIFEST:
            raise ValueError(
                f"build: {name!r} is the name of two files of the hand-out; rename one"
            )
        files[name] = data
    fixed = {name: data for name, data in files.items() if name not in assignment.editable}
    files[MANIFEST] = manifest(fixed)
    return dict(sorted(files.items()))


def _cases(trials):
    """Return the files of the public cases by name."""
    with tempfile.TemporaryDirectory(prefix="minidl-") as folder:
        for task, parts in trials.items():
            write_trials(Path(folder, f"{task}.npz"), parts["public"])
        return files_in(folder)
