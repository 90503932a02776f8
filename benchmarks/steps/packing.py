"""Filters in the order in which a register tile reads them."""

import numpy as np


def packed(w, rows):
    """Return filters (F, ...) as (tiles, taps, rows), with zeros for missing filters."""
    tiles = -(-len(w) // rows)
    room = np.zeros((tiles * rows, w[0].size), w.dtype)
    room[: len(w)] = w.reshape(len(w), -1)
    return np.ascontiguousarray(room.reshape(tiles, rows, -1).transpose(0, 2, 1))
