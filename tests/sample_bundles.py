"""Bundles of the sample assignments for those who mark with them, made without proofs."""

import contextlib
import re
import tempfile
from pathlib import Path
from unittest import mock

from minidl.assignment.making import building
from minidl.assignment.making.bundle import open_bundle
from minidl.assignment.making.manifest import write_files
from minidl.assignment.making.scaffold import new
from minidl.assignment.marking.marking import mark


def made(folder, template, **limits):
    """Make a sample assignment and its bundle, and return the folder of the bundle.

    That the grader marks it as it should is proved elsewhere, and takes most of the time of a
    build.

    Parameters
    ----------
    folder : path-like
        New.
    template : str
    **limits : int
        Instead of those of the template.
    """
    folder = Path(folder)
    new(folder, template, seed=2026)  # the page tells points
    spec = folder / "assignment.toml"
    text = spec.read_text(encoding="utf-8")
    for name, value in limits.items():
        text = re.sub(rf"^{name} = .*$\n", "", text, flags=re.MULTILINE)
        text = text.replace("[limits]\n", f"[limits]\n{name} = {value}\n")
    spec.write_text(text, encoding="utf-8")
    with mock.patch.object(building, "_prove"):
        building.build(folder)
    return folder / "build" / "grader"


@contextlib.contextmanager
def opened(template, builds=None, **limits):
    """Give a function that marks the files of a hand-in, name to text, with a new bundle."""
    with tempfile.TemporaryDirectory(prefix="minidl-") as folder:
        path = made(Path(folder, template), template, **limits)
        with open_bundle(path) as bundle:

            def marks(files):
                with tempfile.TemporaryDirectory(prefix="minidl-") as hand_in:
                    write_files(hand_in, {name: text.encode() for name, text in files.items()})
                    stand_ins = bundle.folder / "stand_ins"
                    return mark(bundle.assignment, hand_in, bundle.trials, stand_ins, builds=builds)

            marks.bundle = bundle
            yield marks
