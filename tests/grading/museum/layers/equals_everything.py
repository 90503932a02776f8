"""HOSTILE affine_forward: wrong; an array that says it equals everything."""

import numpy as np


class Agreeable(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return np.zeros(self.shape).view(Agreeable)

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_finalize__(self, other):
        pass

    def __bool__(self):
        return True


def affine_forward(x, w, b):
    return np.zeros((len(x), w.shape[1]), x.dtype).view(Agreeable), (x, w, b)
