"""WRONG softmax_loss: the gradient is not divided by N, although the loss is."""

import numpy as np


def softmax_loss(x, y):
    n = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].sum() / n
    dx = np.exp(log_p)
    dx[np.arange(n), y] -= 1
    return loss, dx
