"""The rows of the fully connected layer and of what follows it, and the inputs for them."""

import numpy as np

from minidl import fast_layers, layers
from minidl.twins.pair import Twin


def _affine_cases(rng, dtype):
    for shape, n_outputs in [((1, 1), 1), ((2, 3, 4), 5), ((3, 7), 2), ((0, 4), 3)]:
        n_inputs = int(np.prod(shape[1:]))
        x = rng.standard_normal(shape).astype(dtype)
        w = rng.standard_normal((n_inputs, n_outputs)).astype(dtype)
        yield x, w, rng.standard_normal(n_outputs).astype(dtype)
        yield x, w, None


def _affine_sample(rng, dtype):
    x = rng.standard_normal((32, 400)).astype(dtype)
    w = rng.standard_normal((400, 120)).astype(dtype)
    return x, w, rng.standard_normal(120).astype(dtype)


def _relu_cases(rng, dtype):
    for shape in [(), (1,), (3, 5), (2, 3, 4, 5), (0, 3)]:
        x = rng.standard_normal(shape).astype(dtype)
        yield (np.where(rng.random(shape) < 0.2, np.zeros_like(x), x),)


def _relu_sample(rng, dtype):
    return (rng.standard_normal((8, 6, 28, 28)).astype(dtype),)


ROWS = (
    Twin(
        "affine",
        naive=(layers.affine_forward, layers.affine_backward),
        fast=(fast_layers.affine_forward_fast, fast_layers.affine_backward_fast),
        cases=_affine_cases,
        sample=_affine_sample,
    ),
    Twin(
        "relu",
        naive=(layers.relu_forward, layers.relu_backward),
        fast=(fast_layers.relu_forward_fast, fast_layers.relu_backward_fast),
        cases=_relu_cases,
        sample=_relu_sample,
        kinks=True,
    ),
)
