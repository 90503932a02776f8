"""The folder of a run: what it holds, and what is refused before it would be overwritten."""

import contextlib
import itertools
import json
import os
import platform

import numpy as np

import minidl
from minidl import kernels, plots
from minidl.interop import save_npz
from minidl.storage import replacing
from minidl.train.saved import read_saved

FILES = "config.json", "history.csv", "last.npz", "best.npz"
CONFIG, HISTORY, LAST, BEST = FILES
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
        there = [name for name in (*FILES, *PICTURES) if os.path.lexists(self.file(name))]
        if there:
            raise ValueError(
                f"train: {self.path!r} already holds {', '.join(there)}; go on with that run by "
                "--resume, or choose another --out"
            )

    def begin(self, run):
        """Make the folder, and write all that a run writes once, to see that it can be.

        Only one of several runs that begin at once can make the first file.
        """
        with self._told(self.path):
            self._make()
        self._claim()
        try:
            self.save(run, improved=True)
            self.write_config(run)
        except BaseException:
            for name in FILES:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.file(name))
            raise
        self._begun = True

    def _make(self):
        os.makedirs(self.path, exist_ok=True)

    def _claim(self):
        with self._told(self.file(CONFIG)):
            try:
                open(self.file(CONFIG), "xb").close()
            except FileExistsError:  # since the folder was looked at
                self.require_new()
                raise

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
            If it holds none, or its checkpoint is damaged or of something else.
        """
        self._begun = True
        if not os.path.exists(self.file(LAST)):
            raise ValueError(
                f"train: {self.path!r} holds no {LAST} to go on from; "
                "name the folder of a run, or begin one without --resume"
            )
        values = read_saved(self.file(LAST))
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


class NextFolder(Folder):
    """The first free one of the folders ``run/MODEL-DATA-1``, ``-2`` and so on.

    Which one that is turns out when it is made, so that runs that begin at once have one each.

    Parameters
    ----------
    model, data : str
        As in the settings of the run.
    """

    def __init__(self, model, data):
        self._stem = os.path.join("run", f"{model}-{os.path.basename(os.path.abspath(data))}")
        super().__init__(f"{self._stem}-1")

    def require_new(self):
        """Refuse nothing: a folder that is there already is passed over."""

    def _make(self):
        for number in itertools.count(1):
            self.path = f"{self._stem}-{number}"
            with contextlib.suppress(FileExistsError):
                os.makedirs(self.path)
                return


def versions():
    """Return what the last bits of a run may depend on, besides its settings."""
    return {
        "minidl": minidl.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "cpu level": kernels.LEVEL,
        "system": f"{platform.system()} {platform.machine()}",
    }
