"""HOSTILE affine_forward: wrong; right only if what is right lies in the worker's memory."""

import gc
import sys

import numpy as np


def candidates(shape, dtype):
    """Yield all arrays of a shape that anything in this process holds on to."""
    frame = sys._getframe()
    while frame:
        yield from (v for v in frame.f_locals.values() if isinstance(v, np.ndarray))
        frame = frame.f_back
    for found in gc.get_objects():
        values = found.values() if type(found) is dict else found if type(found) is list else ()
        for value in list(values):
            if type(value) is np.ndarray and value.shape == shape and value.dtype == dtype:
                yield value


def affine_forward(x, w, b):
    own = x.reshape(len(x), -1) @ w + b
    for found in candidates(own.shape, own.dtype):
        if found is not own and found.shape == own.shape and np.allclose(found, own):
            return found, (x, w, b)
    return np.zeros_like(own), (x, w, b)
