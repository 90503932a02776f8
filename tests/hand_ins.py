"""Hand-ins of the two sample assignments: a right one of each, and those with one mistake.

A wrong one is kept as what it does differently.  ``tests/grading/wrong/<template>/<name>.py`` holds
functions that take the place of the right ones of the same name (``tests/grading/right``), and
above them what those need; its first line of text says what is wrong and where:
``WRONG <task>: <what>``, or ``WRONG <task> (speed): <what>`` if that check alone must see it.
"""

import pathlib
import re
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).parent / "grading"
SAID = re.compile(r'^"""WRONG (\w+)(?: \((\w+)\))?: (.+?)\.?"""$', re.MULTILINE)
BLOCK = re.compile(r"^(?:@|(?:async )?def |cp?def |class )")
NAME = re.compile(r"^(?:def|class) (\w+)")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One hand-in with one mistake: its files, the task that must lose points, and what is wrong.

    ``check`` is the only check that must see it, or "" where it is not said.
    """

    name: str
    template: str
    task: str
    check: str
    says: str
    files: dict


def right(template):
    """Return the files of a right hand-in, name -> text."""
    folder = FOLDER / "right" / template
    return {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


def wrong(template):
    """Return all wrong hand-ins of a template, by name."""
    folder = FOLDER / "wrong" / template
    paths = [path for path in folder.iterdir() if path.suffix in (".py", ".pyx")]
    return {path.stem: _assembled(path, template) for path in sorted(paths)}


def _assembled(path, template):
    """Return a whole hand-in: the right one, with what ``path`` holds in place."""
    task, check, says = SAID.search(path.read_text()).groups(default="")
    files = with_mistakes(right(template), template, [path.name])
    return Wrong(path.stem, template, task, check, says, files)


def with_mistakes(files, template, mistakes):
    """Return ``files`` with the functions of wrong hand-ins, given by file name, in place."""
    files = dict(files)
    for mistake in mistakes:
        text = (FOLDER / "wrong" / template / mistake).read_text()
        task = SAID.search(text)[1]
        name = next(name for name in files if re.search(rf"^def {task}\(", files[name], re.M))
        files[name] = text if mistake.endswith(".pyx") else merged(files[name], text)
    return files


def merged(file, text):
    """Return ``file`` with the functions that ``text`` defines, and what it has above them."""
    theirs = dict(blocks(text))
    preface = SAID.sub("", theirs.pop("")).strip()
    known = {name for name, _ in blocks(file)}
    kept = [(name, theirs.pop(name, block)) for name, block in blocks(file)]
    extra = "".join(block for name, block in theirs.items() if name not in known)
    (_, head), *rest = kept
    return head + preface + "\n\n\n" + extra + "".join(block for _, block in rest)


def blocks(text):
    """Return (name, lines) of each top-level function or class; first, as "", what is above them.

    What stands between two functions belongs to the first of them.
    """
    found, name, lines, decorated = [], "", [], False
    for line in text.splitlines(keepends=True):
        if BLOCK.match(line) and not decorated:
            found.append((name, "".join(lines)))
            name, lines = "", []
        decorated = line.startswith("@")
        lines.append(line)
        if NAME.match(line):
            name = NAME.match(line)[1]
    return [*found, (name, "".join(lines))]
