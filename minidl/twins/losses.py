"""The losses' rows of the table, and the inputs that reach their corners."""

import numpy as np

from minidl import fast_layers, layers
from minidl.twins.pair import Twin


def _mse_cases(rng, dtype):
    for shape in [(), (4,), (3, 2), (0, 2)]:
        yield rng.standard_normal(shape).astype(dtype), rng.standard_normal(shape).astype(dtype)


def _mse_sample(rng, dtype, *, N=64, D=10):
    return tuple(rng.standard_normal((N, D)).astype(dtype) for _ in range(2))


def _huber_cases(rng, dtype):
    for delta, (scores, y) in zip([1.0, 0.25, 2, 1.0], _mse_cases(rng, dtype), strict=True):
        yield scores, y, delta


def _answer_cases(rng, dtype):
    """Labels as integers and bools, and probabilities, among them 0 and 1."""
    for shape in [(), (4,), (3, 2), (0, 2)]:
        scores = np.asarray(3 * rng.standard_normal(shape)).astype(dtype)
        labels = np.asarray(rng.integers(0, 2, shape))
        yield scores, labels
        yield scores, labels.astype(bool)
        yield scores, np.where(rng.random(shape) < 0.5, labels, rng.random(shape)).astype(dtype)


def _answer_sample(rng, dtype, *, N=64, D=10):
    return rng.standard_normal((N, D)).astype(dtype), rng.integers(0, 2, (N, D))


def _class_cases(rng, dtype):
    for n_images, n_classes in [(1, 1), (1, 3), (5, 4), (0, 3)]:
        scores = 3 * rng.standard_normal((n_images, n_classes)).astype(dtype)
        yield scores, rng.integers(0, n_classes, n_images)


def _class_sample(rng, dtype, *, N=64, C=10):
    return rng.standard_normal((N, C)).astype(dtype), rng.integers(0, C, N)


ROWS = (
    Twin(
        "mse_loss",
        naive=(layers.mse_loss,),
        fast=(fast_layers.mse_loss_fast,),
        cases=_mse_cases,
        sample=_mse_sample,
        passes=("loss",),
    ),
    Twin(
        "l1_loss",
        naive=(layers.l1_loss,),
        fast=(fast_layers.l1_loss_fast,),
        cases=_mse_cases,
        sample=_mse_sample,
        passes=("loss",),
        kinks=True,
    ),
    Twin(
        "huber_loss",
        naive=(layers.huber_loss,),
        fast=(fast_layers.huber_loss_fast,),
        cases=_huber_cases,
        sample=_mse_sample,
        passes=("loss",),
    ),
    Twin(
        "bce_with_logits_loss",
        naive=(layers.bce_with_logits_loss,),
        fast=(fast_layers.bce_with_logits_loss_fast,),
        cases=_answer_cases,
        sample=_answer_sample,
        passes=("loss",),
    ),
    Twin(
        "softmax_loss",
        naive=(layers.softmax_loss,),
        fast=(fast_layers.softmax_loss_fast,),
        cases=_class_cases,
        sample=_class_sample,
        passes=("loss",),
    ),
    Twin(
        "svm_loss",
        naive=(layers.svm_loss,),
        fast=(fast_layers.svm_loss_fast,),
        cases=_class_cases,
        sample=_class_sample,
        passes=("loss",),
    ),
)
