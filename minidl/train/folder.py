"""The folder of a run: what it holds, and what is refused before it would be overwritten."""

import contextlib
import json
import os
import platform

import numpy as np

import minidl
from minidl import kernels, plots
from minidl.checkpoints import KIND
from minidl.interop import save_npz
from minidl.storage import read_state, replacing

CONFIG, HISTORY, LAST, BEST = "config.json", "history.csv", "last.npz", "best.npz"
PICTURES = ("curves.png", "filters.png", "confusion.png", "misread.png")
CURVES, FILTERS, CONFUSION, MISREAD = PICTURES


class Folder:
    """Where a run writes; every file whole or not at all.

    Parameters
    ----------
    path : path-like
    """

    def __init__(self, path):
        self.path = os.fsdecode(path)
        self._begun = False

    def file(self, name):
        """Return the path of one of the folder's files."""
        return os.path.join(self.path, name)

    def require_new(self):
        """Refuse a folder that holds a run already, or any file that a run would overwrite."""
        there = [
            name
            for name in (CONFIG, HISTORY, LAST, BEST, *PICTURES)
            if os.path.lexists(self.file(name))
        ]
        if there:
            raise ValueError(
                f"train: {self.path!r} already holds {', '.join(there)}; go on with that run by "
                "--resume, or choose another --out"
            )

    def begin(self, run):
        """Make the folder, and write all that a run writes once, to see that it can be."""
        with self._told(self.path):
            os.makedirs(self.path, exist_ok=True)
        self.save(run, improved=True)
        self.write_config(run)
        self._begun = True

    def save(self, run, improved):
        """Write how far a run is; the checkpoint last, because going on begins from it."""
        if improved:
            with self._told(self.file(BEST)):
                save_npz(self.file(BEST), run.best_weights)
        with self._told(self.file(HISTORY)):
            run.history.to_csv(self.file(HISTORY))
        with self._told(self.file(LAST)):
            run.save(self.file(LAST))

    def save_picture(self, name, ax):
        """Write the figure of matplotlib Axes, and return the path of the file."""
        with self._told(self.file(name)):
            plots.save(ax, self.file(name))
        return self.file(name)

    def write_config(self, run):
        """Write the settings, and what they were run with, for people and programs."""
        settings = {name: getattr(run.settings, name) for name in run.settings.__slots__}
        config = {
            "settings": settings,
            "data": run.data.facts(),
            "parameters": run.summary.parameters,
            "layers": str(run.summary).splitlines(),
            "versions": versions(),
        }
        with self._told(self.file(CONFIG)), replacing(self.file(CONFIG)) as file:
            file.write((json.dumps(config, indent=1) + "\n").encode())

    def saved(self):
        """Return the settings of the run that the folder holds, its data's fingerprint, its epochs.

        Raises
        ------
        ValueError
            If it holds none, or its checkpoint is damaged.
        """
        self._begun = True
        if not os.path.exists(self.file(LAST)):
            raise ValueError(
                f"train: {self.path!r} holds no {LAST} to go on from; "
                "name the folder of a run, or begin one without --resume"
            )
        values = read_state(self.file(LAST), KIND).get("values", {})
        if not {"settings", "data", "history", "best_weights"} <= values.keys():
            raise ValueError(f"train: {self.file(LAST)!r} was not written by minidl train")
        return values["settings"], values["data"], len(values["history"])

    @contextlib.contextmanager
    def _told(self, path):
        """Say which file cannot be written, and what to do about it."""
        try:
            yield
        except OSError as error:
            mend = "mend that and go on with --resume" if self._begun else "choose another --out"
            reason = error.strerror or error
            raise OSError(f"train: cannot write {path!r}: {reason}; {mend}") from None


def free_folder(model, data):
    """Return a name for a new run below ``run``: the net, the data, and the first free number."""
    name = f"{model}-{os.path.basename(os.path.abspath(data))}"
    number = 1
    while os.path.lexists(os.path.join("run", f"{name}-{number}")):
        number += 1
    return os.path.join("run", f"{name}-{number}")


def versions():
    """Return what the last bits of a run may depend on, besides its settings."""
    return {
        "minidl": minidl.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "cpu level": kernels.LEVEL,
        "system": f"{platform.system()} {platform.machine()}",
    }
