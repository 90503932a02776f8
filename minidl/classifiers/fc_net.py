"""Fully connected nets: the second assignment's two-layer net, and one of any depth.

Notebooks import layers from here, too, so that every name of :mod:`minidl.layers` and
:mod:`minidl.layer_utils` is at hand in this module.
"""

import itertools

import numpy as np

from minidl.classifiers.net import Net, draw_layers
from minidl.classifiers.stored import fitting
from minidl.fast_layers import (
    affine_backward_fast,
    affine_forward_fast,
    dropout_backward_fast,
    dropout_forward_fast,
)
from minidl.geometry import float_dtype, fraction, integer, not_negative
from minidl.layer_utils import *  # noqa: F403 - handed on, see above
from minidl.layer_utils import (
    affine_bn_relu_backward,
    affine_bn_relu_forward,
    affine_ln_relu_backward,
    affine_ln_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from minidl.layers import *  # noqa: F403
from minidl.spelling import near_miss


class TwoLayerNet(Net):
    """The net affine - ReLU - affine - softmax.

    Its weights are float64, as in the course, until others are put into ``params``; images are
    cast to the dtype of ``W1``.

    Parameters
    ----------
    input_dim, hidden_dim, num_classes : int
    weight_scale : float
        Standard deviation of the first weights, ``weight_scale * np.random.randn``.
    reg : float
        Strength of the penalty ``0.5 * reg * sum(W * W)``.

    Attributes
    ----------
    params : dict
        ``W1`` (D, H), ``b1`` (H,), ``W2`` (H, C), ``b2`` (C,).
    """

    num_layers = 2

    def __init__(
        self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0
    ):
        op = "TwoLayerNet"
        self.reg = not_negative(op, "reg", reg)
        sizes = [
            integer(op, "input_dim", input_dim, 1),
            integer(op, "hidden_dim", hidden_dim, 1),
            integer(op, "num_classes", num_classes, 1),
        ]
        self.params = draw_layers(sizes, not_negative(op, "weight_scale", weight_scale))

    @property
    def dtype(self):
        """The dtype that images are cast to: that of ``W1``."""
        return np.result_type(np.float32, self.params["W1"])

    def _forward(self, X):
        p = self.params
        hidden, hidden_cache = affine_relu_forward(X, p["W1"], p["b1"])
        scores, scores_cache = affine_forward_fast(hidden, p["W2"], p["b2"])
        return scores, (hidden_cache, scores_cache)

    def _backward(self, dscores, caches):
        hidden_cache, scores_cache = caches
        dhidden, dw2, db2 = affine_backward_fast(dscores, scores_cache)
        _, dw1, db1 = affine_relu_backward(dhidden, hidden_cache, input_gradient=False)
        return {"W1": dw1, "b1": db1, "W2": dw2, "b2": db2}


class FullyConnectedNet(Net):
    """The net {affine - [norm] - ReLU - [dropout]} x (L - 1) - affine - softmax.

    Parameters
    ----------
    hidden_dims : list of int
        Sizes of the L - 1 hidden layers.
    input_dim, num_classes : int
    dropout_keep_ratio : float
        Share of the hidden values to keep, above 0; 1 is no dropout.
    normalization : {None, "batchnorm", "layernorm"}
    reg : float
        Strength of the penalty ``0.5 * reg * sum(W * W)``.
    weight_scale : float
        Standard deviation of the first weights, ``weight_scale * np.random.randn``.
    dtype : {float32, float64}
        Of the parameters; images are cast to it.
    seed : int, optional
        Makes every dropout draw the same numbers, for gradient checks.
    dropout : float, optional
        The name of ``dropout_keep_ratio`` from 2018 to 2020, with the same meaning.  In 2017 it was
        the share to drop, and 0 meant none: 0 is refused here, and 1 is none.

    Attributes
    ----------
    params : dict
        ``W1, b1, W2, ...``; with normalization, ``gamma1, beta1, ...`` for each hidden layer.
    num_layers : int
        L.
    use_dropout : bool
    dropout_param : dict
        What every dropout layer is given.
    bn_params : list of dict
        What each normalisation layer is given, where batch normalisation keeps its averages.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout_keep_ratio=1,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
        dropout=None,
    ):
        op = "FullyConnectedNet"
        if not isinstance(hidden_dims, (list, tuple, np.ndarray)):
            raise TypeError(f"{op}: hidden_dims must be a list of integers, got {hidden_dims!r}")
        keep_ratio = _keep_ratio(op, dropout_keep_ratio, dropout)
        self.normalization = _known_normalization(op, normalization)
        self.use_dropout = keep_ratio != 1
        self.reg = not_negative(op, "reg", reg)
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = float_dtype(op, dtype)
        self.dropout_param = {"mode": "train", "p": keep_ratio} if self.use_dropout else {}
        if self.use_dropout and seed is not None:
            self.dropout_param["seed"] = integer(op, "seed", seed, 0)
        sizes = [
            integer(op, "input_dim", input_dim, 1),
            *(integer(op, f"hidden_dims[{k}]", size, 1) for k, size in enumerate(hidden_dims)),
            integer(op, "num_classes", num_classes, 1),
        ]
        scale = not_negative(op, "weight_scale", weight_scale)
        self.params = draw_layers(sizes, scale, self.dtype)
        self.bn_params = []
        if normalization is not None:
            self._add_normalization(sizes[1:-1])

    def _add_normalization(self, hidden_dims):
        for k, size in enumerate(hidden_dims, start=1):
            self.params[f"gamma{k}"] = np.ones(size, dtype=self.dtype)
            self.params[f"beta{k}"] = np.zeros(size, dtype=self.dtype)
            self.bn_params.append({"mode": "train"} if self.normalization == "batchnorm" else {})

    def _set_mode(self, mode):
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode

    def _forward(self, X):
        caches, last = [], self.num_layers
        for k in range(1, last):
            X, cache = self._hidden_forward(k, X)
            caches.append(cache)
        w, b = self.params[f"W{last}"], self.params[f"b{last}"]
        scores, cache = affine_forward_fast(X, w, b)
        return scores, [*caches, cache]

    def _hidden_forward(self, k, x):
        """Run hidden layer ``k``."""
        layer = [x, self.params[f"W{k}"], self.params[f"b{k}"]]
        if self.normalization is None:
            out, cache = affine_relu_forward(*layer)
        else:
            forward = _NORMALIZED[self.normalization][0]
            layer += [self.params[f"gamma{k}"], self.params[f"beta{k}"], self.bn_params[k - 1]]
            out, cache = forward(*layer)
        dropout_cache = None
        if self.use_dropout:
            out, dropout_cache = dropout_forward_fast(out, self.dropout_param)
        return out, (cache, dropout_cache)

    def _backward(self, dscores, caches):
        grads, last = {}, self.num_layers
        dout, grads[f"W{last}"], grads[f"b{last}"] = affine_backward_fast(
            dscores, caches.pop(), input_gradient=last > 1
        )
        for k in range(last - 1, 0, -1):
            dout = self._hidden_backward(k, dout, caches.pop(), grads)
        return grads

    def _hidden_backward(self, k, dout, cache, grads):
        """Backpropagate through hidden layer ``k``; the first one has no input gradient."""
        cache, dropout_cache = cache
        if self.use_dropout:
            dout = dropout_backward_fast(dout, dropout_cache)
        if self.normalization is None:
            dx, grads[f"W{k}"], grads[f"b{k}"] = affine_relu_backward(dout, cache, k > 1)
            return dx
        backward = _NORMALIZED[self.normalization][1]
        dx, dw, db, dgamma, dbeta = backward(dout, cache, k > 1)
        grads |= {f"W{k}": dw, f"b{k}": db, f"gamma{k}": dgamma, f"beta{k}": dbeta}
        return dx

    def _state(self):
        averages = {
            f"{key}{k}": bn_param[key]
            for k, bn_param in enumerate(self.bn_params, start=1)
            for key in _AVERAGES
            if key in bn_param
        }
        return {"params": self.params, "normalization": self.normalization, "averages": averages}

    def _restore(self, op, state):
        if state.get("normalization") != self.normalization:
            raise ValueError(
                f"{op}: nothing was loaded: the file's net has normalization "
                f"{state.get('normalization')!r}, and this one has {self.normalization!r}"
            )
        params = fitting(op, state.get("params"), self.params)
        layers = range(1, len(self.bn_params) + 1)
        like = {f"{key}{k}": self.params[f"gamma{k}"] for k in layers for key in _AVERAGES}
        averages = fitting(op, state.get("averages"), like, optional=True)
        self.params.update(params)
        for k, key in itertools.product(layers, _AVERAGES):
            self.bn_params[k - 1].pop(key, None)
            if f"{key}{k}" in averages:
                self.bn_params[k - 1][key] = averages[f"{key}{k}"]


_AVERAGES = ("running_mean", "running_var")
_NORMALIZED = {
    "batchnorm": (affine_bn_relu_forward, affine_bn_relu_backward),
    "layernorm": (affine_ln_relu_forward, affine_ln_relu_backward),
}


def _keep_ratio(op, dropout_keep_ratio, dropout):
    """Return the share of values to keep, by its new name or by its old one."""
    if dropout is not None and dropout_keep_ratio != 1:
        raise ValueError(
            f"{op}: dropout is the old name of dropout_keep_ratio; got both, "
            f"{dropout!r} and {dropout_keep_ratio!r}"
        )
    name = "dropout_keep_ratio" if dropout is None else "dropout"
    ratio = fraction(op, name, dropout_keep_ratio if dropout is None else dropout)
    if ratio == 0:
        raise ValueError(
            f"{op}: {name} is the share to keep, so 0 would keep nothing; "
            "pass 1 for no dropout (in 2017, and only then, 0 meant none)"
        )
    return ratio


def _known_normalization(op, normalization):
    if normalization is not None and normalization not in _NORMALIZED:
        hint = near_miss(str(normalization), list(_NORMALIZED))
        raise ValueError(
            f"{op}: normalization must be None, 'batchnorm' or 'layernorm', "
            f"got {normalization!r}{hint}"
        )
    return normalization
