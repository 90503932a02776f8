"""HOSTILE affine_forward: wrong; an array of records with a field of objects."""

import numpy as np


def affine_forward(x, w, b):
    return np.zeros((len(x), w.shape[1]), [("a", "O"), ("b", "M8[s]")]), (x, w, b)
