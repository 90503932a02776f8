"""WRONG mse_loss: the gradient lacks the factor 2 of the square."""

import numpy as np


def mse_loss(x, y):
    diff = x - y
    return np.mean(diff**2), diff / diff.size
