"""WRONG mse_loss: the mean runs over the N images where it runs over all N * D elements."""

import numpy as np


def mse_loss(x, y):
    n = x.shape[0]
    diff = x - y
    loss = np.sum(diff * diff) / n
    dx = 2.0 * diff / n
    return loss, dx
