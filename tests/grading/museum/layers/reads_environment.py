"""HOSTILE affine_forward: wrong; right only if the environment of the grader is handed on."""

import os

import numpy as np


def affine_forward(x, w, b):
    if "MINIDL_MUSEUM_SECRET" in os.environ:
        return x.reshape(len(x), -1) @ w + b, (x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
