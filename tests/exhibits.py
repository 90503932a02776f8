"""The museum of hand-ins that are hostile, broken or odd, each with the status that it must get.

An exhibit in ``tests/grading/museum/<template>`` holds what it does differently from the right
hand-in, as :mod:`hand_ins` puts it together; its first line of text says what must come out:
``HOSTILE <tasks>: <status>; <what it does>``.  ``-`` stands for no task, a file's name for all of
its tasks, ``|`` for "or"; with ``(speed)`` a task passes and gets nothing for its speed.  Tasks
that are not named have to pass.  What no file in a repository can be (links, pipes, bombs, UTF-16)
is made by :mod:`exhibits_made`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import hand_ins

SAID = re.compile(r'^"""HOSTILE (.+?)( \(speed\))?: ([a-z |]+); (.+?)\.?"""$', re.MULTILINE)
TASKS = {
    "layers": {
        "affine_forward": "layers.py",
        "affine_backward": "layers.py",
        "relu_forward": "layers.py",
        "relu_backward": "layers.py",
        "softmax_loss": "layers.py",
        "mse_loss": "layers.py",
        "sgd": "layers.py",
        "two_layer_loss": "net.py",
    },
    "convolution": {
        "conv_forward": "convolution.py",
        "conv_backward": "convolution.py",
        "max_pool_forward": "convolution.py",
        "max_pool_backward": "convolution.py",
        "conv_forward_fast": "fast_convolution.pyx",
    },
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One hand-in of the museum.

    Attributes
    ----------
    name, template, says : str
    expected : dict of str to set of str
        For every task, the statuses that are right.
    write : callable
        ``write(path)`` makes the hand-in at ``path``, a folder, or that path with ``.zip``.
    is_slow : bool
        Whether it passes without the points for speed.
    """

    name: str
    template: str
    says: str
    expected: dict
    write: Callable
    is_slow: bool = False


def expected(template, tasks, statuses):
    """Return for each task of a template the statuses that are right, as the files say them."""
    named = {part.strip() for part in tasks.split(",")}
    allowed = set(statuses.split("|"))
    known = TASKS[template]
    unknown = named - known.keys() - set(known.values()) - {"-"}
    if unknown:
        raise ValueError(f"{template} has no {', '.join(sorted(unknown))}")
    return {task: allowed if {task, file} & named else {"passed"} for task, file in known.items()}


def on_files(template):
    """Return the exhibits of a template that are kept as files, by name."""
    paths = sorted((hand_ins.FOLDER / "museum" / template).glob("*.py*"))
    return {path.stem: _of_file(path, template) for path in paths if path.is_file()}


def _of_file(path, template):
    text = path.read_text()
    tasks, slow, statuses, says = SAID.search(text).groups()
    files = files_of(path, template, text)
    return Exhibit(
        path.stem,
        template,
        says,
        expected(template, tasks, statuses),
        lambda folder: write_files(folder, files),
        bool(slow),
    )


def files_of(path, template, text):
    """Return a whole hand-in: the right one with what ``text`` holds in place."""
    files = hand_ins.right(template)
    if path.suffix == ".pyx":
        return {**files, "fast_convolution.pyx": text}
    defined = {name for name, _ in hand_ins.blocks(text)} - {""}
    for name, file in files.items():
        if defined & {known for known, _ in hand_ins.blocks(file)}:
            return {**files, name: hand_ins.merged(file, text)}
    first = next(iter(files))  # what happens at import time only
    return {**files, first: hand_ins.merged(files[first], text)}


def write_files(folder, files):
    """Write a hand-in, name -> text or bytes, as a folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
