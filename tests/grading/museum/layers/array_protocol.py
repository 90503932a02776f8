"""HOSTILE relu_forward: wrong; something that is another array each time it is asked."""

import numpy as np


class Changing:
    shape, dtype, ndim, asked = (2, 3), np.dtype("f8"), 2, 0

    def __array__(self, *_, **__):
        Changing.asked += 1
        return np.full(self.shape, float(self.asked))

    def __eq__(self, other):
        return True

    __hash__ = None


def relu_forward(x):
    return Changing(), x
