"""A trace as dicts, lists, text and numbers: what ``--json`` prints."""

import dataclasses
import math

import numpy as np


def document(trace):
    """Return a trace as a document that JSON can hold.

    Fields keep their names; arrays and tuples become lists, of any depth.  What JSON has no number
    for becomes text that ``float`` reads: "NaN", "Infinity" and "-Infinity".

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    dict
    """
    return _plain(trace)


def _plain(value):
    if dataclasses.is_dataclass(value):
        fields = (field.name for field in dataclasses.fields(value))
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
