"""HOSTILE relu_backward: wrong; one number, which could be broadcast to any shape."""

import numpy as np


def relu_backward(dout, cache):
    return np.zeros((), dout.dtype)
