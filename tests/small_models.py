"""Small models with CS231n's protocol, and data to train them on, for the tests of training."""

import numpy as np

from minidl.layers import (
    affine_backward,
    affine_forward,
    mse_loss,
    relu_backward,
    relu_forward,
    softmax_loss,
)


def classes(n_train=40, n_val=15, seed=0):
    """Points around three corners of a cube, shuffled."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n_train + n_val)
    X = 2.0 * np.eye(3)[y] + 0.7 * rng.standard_normal((n_train + n_val, 3))
    return {
        "X_train": X[:n_train],
        "y_train": y[:n_train],
        "X_val": X[n_train:],
        "y_val": y[n_train:],
    }


def numbers(n_train=40, n_val=15):
    """Targets that are a linear function of X."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_train + n_val, 3))
    y = X @ [[1.0], [-2.0], [0.5]] + 3.0
    return {
        "X_train": X[:n_train],
        "y_train": y[:n_train],
        "X_val": X[n_train:],
        "y_val": y[n_train:],
    }


class Line:
    """Linear regression."""

    def __init__(self):
        self.params = {"W1": np.zeros((3, 1)), "b1": np.zeros(1)}

    def loss(self, X, y=None):
        out, cache = affine_forward(X, self.params["W1"], self.params["b1"])
        if y is None:
            return out
        loss, dout = mse_loss(out, y)
        _, dw, db = affine_backward(dout, cache)
        return loss, {"W1": dw, "b1": db}


class TwoLayers:
    """affine - relu - affine - softmax, in float64."""

    def __init__(self, seed=0, hidden=8):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": 0.1 * rng.standard_normal((3, hidden)),
            "b1": np.zeros(hidden),
            "W2": 0.1 * rng.standard_normal((hidden, 3)),
            "b2": np.zeros(3),
        }

    def loss(self, X, y=None):
        p = self.params
        before, first = affine_forward(X, p["W1"], p["b1"])
        hidden, relu = relu_forward(before)
        hidden, undo = self.between(hidden, y is not None)
        scores, second = affine_forward(hidden, p["W2"], p["b2"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        dhidden, dw2, db2 = affine_backward(dscores, second)
        _, dw1, db1 = affine_backward(relu_backward(undo(dhidden), relu), first)
        return loss, {"W1": dw1, "b1": db1, "W2": dw2, "b2": db2}

    def between(self, hidden, training):
        return hidden, lambda dhidden: dhidden


class Restless(TwoLayers):
    """The same with what a checkpoint may forget: running statistics, and three generators."""

    def __init__(self, seed=0):
        super().__init__(seed)
        self.bn_params = [{"mode": "train"}]
        self.dropout_param = {"p": 0.8, "rng": np.random.default_rng(5)}
        self.rng = np.random.RandomState(6)

    def between(self, hidden, training):
        bn_param = self.bn_params[0]
        mean = bn_param.setdefault("running_mean", np.zeros(hidden.shape[1]))
        if not training:
            return hidden - mean, None
        bn_param["running_mean"] = 0.9 * mean + 0.1 * hidden.mean(axis=0)
        keep = self.dropout_param["rng"].random(hidden.shape) < self.dropout_param["p"]
        keep &= self.rng.random_sample(hidden.shape) < 0.95
        keep &= np.random.random_sample(hidden.shape) < 0.95  # noqa: NPY002 - as the course draws
        return (hidden - mean) * keep, lambda dhidden: dhidden * keep
