"""HOSTILE affine_forward, softmax_loss: wrong; NaN is unequal to everything, errors too."""

import numpy as np


def affine_forward(x, w, b):
    return np.full((len(x), w.shape[1]), np.nan, x.dtype), (x, w, b)


def softmax_loss(x, y):
    return float("nan"), np.full_like(x, np.nan)
