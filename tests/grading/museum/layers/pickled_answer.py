"""HOSTILE affine_forward: wrong|crashed; a pickle that runs code is sent for an array."""

import gc
import io

import numpy as np


def replaced(name, other):
    """Put another function into the place of the worker's own of a name, wherever it is known."""
    for space in gc.get_objects():
        if type(space) is dict and getattr(space.get(name), "__module__", "").startswith("minidl"):
            space[name] = other


class Runs:
    def __reduce__(self):
        return exec, ("import os; os._exit(17)",)


def pickled(array):
    bomb = np.empty(1, dtype=object)
    bomb[0] = Runs()
    whole = io.BytesIO()
    np.save(whole, bomb, allow_pickle=True)
    return whole.getvalue()


def affine_forward(x, w, b):
    replaced("to_bytes", pickled)
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
