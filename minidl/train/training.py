"""Train a net by settings, in one go or in several: the functions that do it."""

import contextlib
import math
import shlex
import time

import numpy as np

from minidl.geometry import flag
from minidl.solver.state import differences
from minidl.spelling import near_miss
from minidl.threads import get_num_threads, set_num_threads
from minidl.train.folder import LAST, Folder
from minidl.train.interrupts import Wish, wish_to_stop
from minidl.train.loop import steps
from minidl.train.pictures import draw, require_pictures
from minidl.train.report import Report
from minidl.train.run import Run
from minidl.train.settings import Settings


def train(settings, out=None, *, plot=False, say=print):
    """Train a net as the settings say.

    Parameters
    ----------
    settings : Settings
    out : path-like or Folder, optional
        A folder to write to, which is made if need be: ``config.json``, ``history.csv``,
        ``last.npz`` to go on from, and ``best.npz``, the weights of the epoch with the highest
        test accuracy.  By default nothing is written.
    plot : bool
        Whether to draw, in the end, the curves, the first filters, the confusion of classes and
        the examples that were misread, as ``.png`` in ``out``.
    say : callable or None
        Takes each line of the report; None for silence.

    Returns
    -------
    Run
        Its net has the weights of the best epoch.

    Raises
    ------
    ImportError
        If there is to be a picture, and matplotlib is missing.
    FileNotFoundError, OSError, ValueError
        If there are no such data, the net does not fit them, or the folder holds a run already or
        cannot be written to; all of this before training.
    FloatingPointError
        If the loss becomes NaN or infinite; it says when, and in which layer.
    KeyboardInterrupt
        After Ctrl-C; with ``out``, when all is saved for :func:`resume`.

    Examples
    --------
    >>> run = train(Settings(model="mlp", epochs=2, train_size=500), say=None)
    >>> run.best_accuracy > 0.5
    True
    """
    folder = out if out is None or isinstance(out, Folder) else Folder(out)
    _require_pictures(plot, folder)
    if folder is not None:
        folder.require_new()
    with _threads(settings.threads):
        run = Run(settings)
        if folder is not None:
            folder.begin(run)
            run.out = folder.path
        return _finish(run, folder, plot, Report(say))


def resume(out, *, plot=False, say=print, **changes):
    """Go on with a run where it was stopped, bit for bit as if it never had been.

    Parameters
    ----------
    out : path-like
        The run's folder.
    plot : bool
        Whether to draw pictures in the end, those of a run that is finished, too.
    say : callable or None
        Takes each line of the report; None for silence.
    **changes
        Settings by name.  ``epochs`` may be more than before; ``data`` may be another place of
        the same data; others must be those of the run, and are best left out.

    Returns
    -------
    Run
        Its net has the weights of the best epoch.

    Raises
    ------
    TypeError, ValueError
        If the folder holds no run, or a setting or the data differ; it says which.
    ImportError, FileNotFoundError, OSError, FloatingPointError, KeyboardInterrupt
        As :func:`train`.
    """
    folder = Folder(out)
    _require_pictures(plot, folder)
    saved, fingerprint, epochs_done = folder.saved()
    settings = _settings_to_resume(folder, saved, changes, epochs_done)
    with _threads(settings.threads):
        run = Run(settings)
        wrong = differences(fingerprint, run.data.facts()["fingerprint"])
        if wrong:
            raise ValueError(
                f"train: {folder.path!r} was begun with other data: {'; '.join(wrong)}; "
                "name the same by --data"
            )
        run.restore(folder.file(LAST))
        run.out = folder.path
        if not run.finished:
            folder.save(run, improved=True)
            folder.write_config(run)
        return _finish(run, folder, plot, Report(say))


def _require_pictures(plot, folder):
    """Refuse pictures that could not be drawn, or have no place, before anything else."""
    if flag("train", "plot", plot):
        if folder is None:
            raise ValueError("train: plot needs out, a folder for the pictures")
        require_pictures()


def _settings_to_resume(folder, saved, changes, epochs_done):
    """Return the run's settings with the changes that leave its course as it is."""
    for name in changes:
        if name not in Settings.__slots__:
            known = Settings.__slots__
            hint = near_miss(name, known) or f"; there are {', '.join(known)}"
            raise TypeError(f"train: no setting {name!r}{hint}")
    fixed = {name: value for name, value in changes.items() if name not in ("epochs", "data")}
    wrong = differences({name: saved.get(name) for name in fixed}, fixed)
    if wrong:
        raise ValueError(
            f"train: {folder.path!r} was begun with other settings: {'; '.join(wrong)}; "
            "leave them out to go on, or begin a new run with another --out"
        )
    settings = Settings(**{**saved, **changes})
    if settings.epochs < epochs_done:
        raise ValueError(
            f"train: epochs is {settings.epochs}, and {folder.path!r} has {epochs_done} behind it; "
            "ask for more, or leave --epochs out"
        )
    return settings


def _finish(run, folder, plot, report):
    """Train the epochs that are left, and put the best weights into the net."""
    if run.finished:
        report.line(
            f"{folder.path} is finished, with {run.epoch} epochs; for more, add "
            f"--epochs {2 * run.epoch}"
        )
    else:
        report.begin(run, folder)
        with contextlib.nullcontext(Wish()) if folder is None else wish_to_stop() as wish:
            _go_on(run, folder, report, wish)
    run.net.load_state_dict(run.best_weights)
    report.end(run, folder, draw(run, folder) if plot else [])
    return run


def _go_on(run, folder, report, wish):
    """Train epoch after epoch until all are done, or somebody wishes to stop."""
    started = time.perf_counter() - run.seconds
    while not run.finished:
        speed = _batches(run, report, wish)
        run.seconds = time.perf_counter() - started
        ended = not run.batches_left
        if ended:
            _end_epoch(run, started)
        if folder is not None:
            folder.save(run, improved=run.best_epoch == run.epoch)
        if ended:  # told when it is safe: the reader of a pipe may have left
            report.epoch(run, speed)
        if wish.made and not run.finished:
            raise KeyboardInterrupt(
                f"stopped in epoch {run.epoch + 1} of {run.settings.epochs}, and saved; go on "
                f"with: minidl train --resume --out {shlex.quote(folder.path)}"
            )


def _batches(run, report, wish):
    """Take the steps that are left of an epoch; return how many examples went by in a second."""
    started, before = time.perf_counter(), len(run.losses)
    with np.errstate(all="ignore"), contextlib.closing(report.batches(run)) as batches:
        try:
            for loss in steps(run.net, run.criterion, run.optimizer, batches):
                run.losses.append(loss)
                if wish.made:
                    break
        except FloatingPointError as error:
            raise FloatingPointError(
                f"train: epoch {run.epoch + 1}, iteration {len(run.losses) + 1}: {error}"
            ) from None
    examples = (len(run.losses) - before) * run.settings.batch_size
    return min(examples, len(run.data.y_train)) / (time.perf_counter() - started)


def _end_epoch(run, started):
    """Measure the net on all examples, and note what the epoch came to."""
    with np.errstate(all="ignore"):
        train_accuracy, test_accuracy = run.accuracy("train"), run.accuracy("test")
    if math.isnan(train_accuracy + test_accuracy):
        raise FloatingPointError(
            f"train: epoch {run.epoch + 1}, iteration {len(run.losses)}: the net answers with nan "
            f"after its last step; try a learning rate ten times smaller (it is "
            f"{run.optimizer.lr:.4g})"
        )
    run.seconds = time.perf_counter() - started
    run.end_epoch(train_accuracy, test_accuracy)


@contextlib.contextmanager
def _threads(number):
    """Use so many threads for a while."""
    before = get_num_threads()
    set_num_threads(number)
    try:
        yield
    finally:
        set_num_threads(before)
