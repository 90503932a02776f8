"""What happened in training, from whoever wrote it down, as lines to draw."""

import csv
import os
from dataclasses import dataclass

import numpy as np

from minidl.geometry import real_array
from minidl.spelling import near_miss

LOSSES = {  # from the columns and attributes that there are to what a legend calls them
    "loss": "training",
    "loss_history": "training",
    "train_loss": "training",
    "val_loss": "validation",
    "test_loss": "test",
}
ACCURACIES = {
    "train": "training",
    "train_acc_history": "training",
    "train_accuracy": "training",
    "val": "validation",
    "val_acc_history": "validation",
    "val_accuracy": "validation",
    "test_accuracy": "test",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: its name, and where and how high its points are."""

    label: str
    x: np.ndarray
    y: np.ndarray


def lines_of(op, history, known, first):
    """Return the lines of a history in any form, and what their x axis counts.

    Parameters
    ----------
    op : str
        The operation to name in an error.
    history : object
        See :func:`minidl.plots.loss`.
    known : dict of str to str
        ``LOSSES`` or ``ACCURACIES``.
    first : (str, int)
        What the numbers of a plain list are, "iteration" or "epoch", and that of the first.

    Returns
    -------
    lines : list of Line
    x : str

    Raises
    ------
    TypeError, ValueError
        If it is no history, is empty, or holds anything but numbers.
    """
    if isinstance(history, (str, os.PathLike)):
        rows = _read(op, history)
        return _of_rows(op, rows, known, f" in {os.fspath(history)!r}")
    attributes = {name: getattr(history, name) for name in known if hasattr(history, name)}
    if attributes:
        return _of_lists(op, {known[name]: y for name, y in attributes.items()}, first)
    if hasattr(history, "history"):  # what trained, and wrote its rows there
        return lines_of(op, history.history, known, first)
    if isinstance(history, dict):
        own = {known[name]: y for name, y in history.items() if name in known}
        return _of_lists(op, own or history, first)
    try:
        items = list(history)
    except TypeError:
        raise TypeError(
            f"{op}: history must be a Solver, its history, rows, a list of numbers or a .csv file, "
            f"got {type(history).__name__}"
        ) from None
    if items and all(isinstance(item, dict) for item in items):
        return _of_rows(op, items, known, "")
    return _of_lists(op, {"training": items}, first)


def _read(op, path):
    """Return the rows of a table of comma-separated values, all of text."""
    with open(path, newline="", encoding="utf-8") as file:
        try:
            lines = list(csv.reader(file))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{op}: {os.fspath(path)!r} is no table of text: {error}") from None
    header, *rows = lines or [[]]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(
                f"{op}: line {number} of {os.fspath(path)!r} has {len(row)} values, "
                f"and the header {len(header)}; is the file complete?"
            )
    if not rows:
        raise ValueError(f"{op}: {os.fspath(path)!r} holds no rows yet")
    return [dict(zip(header, row, strict=True)) for row in rows]


def _of_rows(op, rows, known, where):
    columns = [name for name in rows[0] if name in known]
    if not columns:
        wanted = [name for name in known if not name.endswith("_history")]
        hint = next(filter(None, (near_miss(str(name), wanted) for name in rows[0])), "")
        raise ValueError(
            f"{op}: no column{where} is one of {', '.join(wanted)}; "
            f"there are {', '.join(map(str, rows[0]))}{hint}"
        )
    x, name = _steps(op, rows)
    return [Line(known[c], x, _column(op, rows, c)) for c in columns], name


def _steps(op, rows):
    """Return what the rows are numbered by: epochs, if each has its own, else iterations."""
    for name in ("epoch", "iteration"):
        if name in rows[0]:
            x = _column(op, rows, name)
            if np.all(np.diff(x) > 0):
                return x, name
    return np.arange(1.0, len(rows) + 1), "row"


def _column(op, rows, name):
    return np.array(
        [_number(op, row.get(name), f"{name} of row {k}") for k, row in enumerate(rows)]
    )


def _number(op, value, place):
    """Return a number, or NaN where there is none."""
    if value is None or value == "":
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{op}: {place} must be a number, got {value!r}") from None


def _of_lists(op, lists, first):
    name, start = first
    lines = []
    for label, values in lists.items():
        y = real_array(op, str(label), values).astype(np.float64)
        if y.ndim != 1:
            raise ValueError(f"{op}: {label} must be a list of numbers, got shape {y.shape}")
        if y.size:
            lines.append(Line(str(label), np.arange(start, start + len(y), dtype=float), y))
    if not lines:
        raise ValueError(f"{op}: the history is empty; train first")
    return lines, name
