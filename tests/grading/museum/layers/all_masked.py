"""HOSTILE relu_backward: wrong; a masked array, in which no cell counts."""

import numpy as np


def relu_backward(dout, cache):
    return np.ma.masked_array(np.zeros_like(dout), mask=True)
