"""Losses of classes, compiled, and that of two classes as whole-array NumPy."""

import numpy as np

from minidl import kernels
from minidl.fast_layers.prepared import NO_PARAMETERS, Prepared
from minidl.geometry import ONE_EACH, class_labels, class_scores, logits_and_probabilities

INTP = np.dtype(np.intp)


def softmax_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.softmax_loss`; read its contract there."""
    return _softmax_loss(NO_PARAMETERS, (x,), y)


def svm_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.svm_loss`; read its contract there."""
    return _svm_loss(NO_PARAMETERS, (x,), y)


def _mean_loss(op, kernel):
    """Return the pass ``run(NO_PARAMETERS, (x,), y)`` of a kernel that sums losses up."""

    def check(_, x):
        x = class_scores(op, x)
        return (x.shape, x.dtype), (x,)

    def plan(like):
        shape, dtype = like
        (n_images, n_classes), kernel_of_dtype = shape, kernels.of(kernel, dtype)

        def run(x, y):
            plain = type(y) is np.ndarray and y.dtype is INTP and y.shape == (n_images,)
            if not (plain and y.flags.carray and kernels.losses.are_classes(y, n_classes)):
                y = np.ascontiguousarray(class_labels(op, y, n_images, n_classes, ONE_EACH))
            dx = np.empty(shape, dtype)
            return kernel_of_dtype(x, y, dx) / max(n_images, 1), dx

        return run

    return Prepared(check, plan)


_softmax_loss = _mean_loss("softmax_loss", kernels.losses.softmax)
_svm_loss = _mean_loss("svm_loss", kernels.losses.svm)


def bce_with_logits_loss_fast(x, y):
    """Fast twin of :func:`~minidl.layers.losses.bce_with_logits_loss`; read its contract there."""
    dtype, x, y = logits_and_probabilities("bce_with_logits_loss", x, y)
    score, target = (a.astype(np.float64, order="C").reshape(-1) for a in (x, y))
    n_scores = max(score.size, 1)
    negative = score < 0
    size = np.abs(score)
    small = np.exp(-size)
    wrong = np.where(negative, target, 1 - target)
    size[wrong == 0] = 0  # no 0 * inf
    loss = float((size / n_scores) @ wrong) + float(np.log1p(small).sum()) / n_scores
    probability = np.where(negative, small, 1) / (1 + small)
    dx = (probability - target) / n_scores
    return loss, dx.astype(dtype).reshape(x.shape)
