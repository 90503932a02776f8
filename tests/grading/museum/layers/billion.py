"""HOSTILE mse_loss: wrong|out of memory; a gradient of a billion bytes."""

import numpy as np


def mse_loss(x, y):
    return 0.0, np.zeros(10**9, dtype=np.uint8)
