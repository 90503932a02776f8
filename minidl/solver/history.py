"""What happened in training, one row for each time the accuracy was checked."""

import csv
import json
import math

from minidl.storage import replacing
from minidl.terminal import table

COLUMNS = ("epoch", "iteration", "loss", "train", "val", "learning_rate", "seconds")


class History:
    """Rows of facts about a run; print it, loop over it, or write it to a file.

    Parameters
    ----------
    rows : iterable of dict
        To begin with.
    columns : sequence of str
        The keys of each row; by default those of a ``Solver``'s.

    Attributes
    ----------
    columns : tuple of str
    rows : list of dict
        A ``Solver`` adds one after the first iteration (epoch 0) and one at each epoch's end, with

        * ``epoch``, ``iteration``: how many of each are done;
        * ``loss``: mean over the iterations of the epoch so far;
        * ``train``, ``val``: the metric, as in ``train_acc_history`` and ``val_acc_history``;
        * ``learning_rate``: of the last iteration; None if the update rule has none;
        * ``seconds``: spent in ``train()`` so far.
    """

    def __init__(self, rows=(), columns=COLUMNS):
        self.columns = tuple(columns)
        self.rows = [dict(row) for row in rows]

    def append(self, **row):
        """Add one row."""
        self.rows.append({column: row[column] for column in self.columns})

    def to_csv(self, path):
        """Write the rows as a table of comma-separated values, with a header."""
        with replacing(path) as file:
            lines = _Lines(file)
            writer = csv.DictWriter(lines, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)

    def to_json(self, path):
        """Write the rows as a JSON list of objects; NaN and infinity, which it lacks, are null."""
        rows = [{column: _strict(value) for column, value in row.items()} for row in self.rows]
        with replacing(path) as file:
            file.write((json.dumps(rows, indent=1, allow_nan=False) + "\n").encode())

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def __getitem__(self, k):
        return self.rows[k]

    def __repr__(self):
        if not self.rows:
            return "History(nothing yet; train() adds a row for each epoch)"
        cells = [[_text(row[column]) for column in self.columns] for row in self.rows]
        return table(self.columns, cells, left=0)


class _Lines:
    """Text for the csv module, bytes for the file."""

    def __init__(self, file):
        self._file = file

    def write(self, text):
        self._file.write(text.encode())


def _strict(value):
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _text(value):
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
