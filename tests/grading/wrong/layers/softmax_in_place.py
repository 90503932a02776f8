"""WRONG softmax_loss: the shift is written into the scores that were passed."""

import numpy as np


def softmax_loss(x, y):
    n = x.shape[0]
    x -= x.max(axis=1, keepdims=True)
    log_p = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    loss = -log_p[range(n), y].mean()
    dx = np.exp(log_p)
    dx[range(n), y] -= 1
    dx /= n
    return loss, dx
