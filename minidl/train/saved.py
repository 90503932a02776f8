"""What a run has saved, looked at before anything relies on it: a file may have been changed."""

import numpy as np

from minidl.checkpoints import KIND
from minidl.storage import read_state
from minidl.train.run import COLUMNS
from minidl.train.settings import Settings

KINDS = {
    "settings": dict,
    "data": dict,
    "history": list,
    "losses": np.ndarray,
    "best_epoch": int,
    "best_accuracy": float,
    "best_weights": dict,
    "seconds": float,
}


def read_saved(path):
    """Return the values that :meth:`minidl.train.run.Run.save` wrote, by name.

    Raises
    ------
    ValueError
        If the file is damaged, or holds anything else; it says what.
    """
    state = read_state(path, KIND)
    values = state.get("values") if isinstance(state, dict) else None
    wrong = _wrong(values if isinstance(values, dict) else {})
    if wrong:
        raise ValueError(f"train: {path!r} was not written by minidl train: {wrong}")
    return values


def _wrong(values):
    """Say what is wrong with values, if anything is."""
    for name, kind in KINDS.items():
        if name not in values:
            return f"it has no {name}"
        if not isinstance(values[name], kind):
            return f"its {name} should be {kind.__name__}, got {type(values[name]).__name__}"
    unknown = values["settings"].keys() - set(Settings.__slots__)
    if unknown:
        return f"its settings have {', '.join(map(repr, sorted(unknown)))}, which nobody knows"
    if not all(map(_is_row, values["history"], range(1, 1 + len(values["history"])))):
        return f"its history has rows without {', '.join(COLUMNS)}, or epochs out of order"
    if values["losses"].dtype != np.float64 or values["losses"].ndim != 1:
        return f"its losses are of shape {values['losses'].shape} and {values['losses'].dtype}"
    return ""


def _is_row(row, epoch):
    """Whether a row of the history has all of its numbers, and is that of an epoch."""
    return (
        isinstance(row, dict)
        and row.keys() == set(COLUMNS)
        and all(isinstance(number, (int, float)) for number in row.values())
        and row["epoch"] == epoch
    )
