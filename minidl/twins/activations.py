"""The activation functions' rows of the table, and the inputs that reach their corners."""

import numpy as np

from minidl import fast_layers, layers
from minidl.twins.pair import Twin


def _cases(rng, dtype):
    for shape in [(), (1,), (3, 5), (2, 3, 4, 5), (0, 3)]:
        x = rng.standard_normal(shape).astype(dtype)
        yield (np.where(rng.random(shape) < 0.2, np.zeros_like(x), x),)


def _sample(rng, dtype, *, N=8, C=6, H=28, W=None):
    return (rng.standard_normal((N, C, H, W or H)).astype(dtype),)


def _leaky_relu_cases(rng, dtype):
    for slope, (x,) in zip([0.01, 0.2, 0, 1.5, -1], _cases(rng, dtype), strict=True):
        yield x, slope


def _far_cases(rng, dtype):
    """Make every other number large, on both sides, where exponentials end.

    Not all of them: the slopes of the largest are what remains of ``1 - out``, a few digits.
    """
    for (x,) in _cases(rng, dtype):
        x.flat[1::2] *= 30
        yield (x,)


def _gelu_cases(rng, dtype):
    for (x,) in _far_cases(rng, dtype):
        yield x, "none"
        yield x, "tanh"


ROWS = (
    Twin(
        "relu",
        naive=(layers.relu_forward, layers.relu_backward),
        fast=(fast_layers.relu_forward_fast, fast_layers.relu_backward_fast),
        cases=_cases,
        sample=_sample,
        kinks=True,
    ),
    Twin(
        "leaky_relu",
        naive=(layers.leaky_relu_forward, layers.leaky_relu_backward),
        fast=(fast_layers.leaky_relu_forward_fast, fast_layers.leaky_relu_backward_fast),
        cases=_leaky_relu_cases,
        sample=_sample,
        kinks=True,
    ),
    Twin(
        "sigmoid",
        naive=(layers.sigmoid_forward, layers.sigmoid_backward),
        fast=(fast_layers.sigmoid_forward_fast, fast_layers.sigmoid_backward_fast),
        cases=_far_cases,
        sample=_sample,
    ),
    Twin(
        "tanh",
        naive=(layers.tanh_forward, layers.tanh_backward),
        fast=(fast_layers.tanh_forward_fast, fast_layers.tanh_backward_fast),
        cases=_far_cases,
        sample=_sample,
    ),
    Twin(
        "gelu",
        naive=(layers.gelu_forward, layers.gelu_backward),
        fast=(fast_layers.gelu_forward_fast, fast_layers.gelu_backward_fast),
        cases=_gelu_cases,
        sample=_sample,
    ),
)
