"""Fully connected layers, losses and a step of descent, as a student may write them: in lines."""

import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], w.shape[0])
    return np.dot(rows, w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], w.shape[0])
    return np.dot(dout, w.T).reshape(x.shape), np.dot(rows.T, dout), dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def softmax_loss(x, y):
    images = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(log_p)
    dx[images, y] -= 1
    return float(-log_p[images, y].mean()), dx / len(x)


def mse_loss(x, y):
    error = x - y
    return float(np.mean(error**2)), 2 * error / error.size


def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    return w - config["learning_rate"] * dw, config
