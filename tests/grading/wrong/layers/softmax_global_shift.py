"""WRONG softmax_loss: all rows are shifted by the largest score of the batch, so others vanish."""

import numpy as np


def softmax_loss(x, y):
    n = x.shape[0]
    exp = np.exp(x - np.max(x))
    p = exp / exp.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), y]))
    p[np.arange(n), y] -= 1
    return loss, p / n
