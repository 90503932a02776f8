"""HOSTILE affine_forward: wrong|crashed; a pickle that runs code is sent for an array."""

import io
import types

import numpy as np


class Runs:
    def __reduce__(self):
        return exec, ("import os; os._exit(17)",)


def pickled(file, array, *args, **options):
    bomb = np.empty(1, dtype=object)
    bomb[0] = Runs()
    whole = io.BytesIO()
    np.save(whole, bomb, allow_pickle=True)
    file.write(whole.getvalue())


def affine_forward(x, w, b):
    np.lib.format = types.SimpleNamespace(**{**vars(np.lib.format), "write_array": pickled})
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
