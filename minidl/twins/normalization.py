"""The rows of normalisation and dropout, and the inputs that reach their corners."""

import numpy as np

from minidl import fast_layers, layers
from minidl.twins.pair import Twin

RUNNING = ("running_mean", "running_var")


def _affine(rng, dtype, n_features):
    return tuple(rng.standard_normal((2, n_features)).astype(dtype))


def _running(rng, dtype, n_features):
    return {
        "running_mean": rng.standard_normal(n_features).astype(dtype),
        "running_var": (1 + rng.random(n_features)).astype(dtype),
    }


def _batch_cases(shapes):
    """Return the cases of a batch normalisation of inputs of these shapes."""

    def cases(rng, dtype):
        for shape in shapes:
            learned = _affine(rng, dtype, shape[1])
            x = (3 * rng.standard_normal(shape) + 2).astype(dtype)
            yield x, *learned, {"mode": "train"}
            running = _running(rng, dtype, shape[1])
            yield x, *learned, {"mode": "train", "eps": 0.1, "momentum": 0.7, **running}
            yield x, *learned, {"mode": "test", **running}
        yield x, *learned, {"mode": "test"}

    return cases


def _batch_sample(rng, dtype, *, N=64, D=500):
    x = rng.standard_normal((N, D)).astype(dtype)
    return x, *_affine(rng, dtype, D), {"mode": "train"}


def _spatial_sample(rng, dtype, *, N=8, C=16, H=28, W=None):
    x = rng.standard_normal((N, C, H, W or H)).astype(dtype)
    return x, *_affine(rng, dtype, C), {"mode": "train"}


def _layer_cases(rng, dtype):
    for shape, param in [
        ((4, 5), {}),
        ((1, 7), {"eps": 0.1}),
        ((3, 8), {"mode": "train"}),  # an unknown key is ignored
        ((0, 3), {}),
    ]:
        learned = _affine(rng, dtype, shape[1])
        yield (3 * rng.standard_normal(shape) + 2).astype(dtype), *learned, param


def _layer_sample(rng, dtype, *, N=64, D=500):
    return rng.standard_normal((N, D)).astype(dtype), *_affine(rng, dtype, D), {}


def _group_cases(rng, dtype):
    for shape, n_groups, param in [
        ((2, 6, 3, 4), 3, {}),
        ((3, 4, 2, 3), 1, {"eps": 0.1}),  # a layer normalisation
        ((1, 3, 5, 2), 3, {"mode": "train"}),  # an instance normalisation
        ((2, 8, 1, 1), 2, {}),
        ((0, 4, 2, 2), 2, {}),
    ]:
        gamma, beta = _affine(rng, dtype, shape[1])
        x = (3 * rng.standard_normal(shape) + 2).astype(dtype)
        yield x, gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1), n_groups, param
        yield x, gamma, beta, n_groups, param


def _group_sample(rng, dtype, *, N=8, C=16, H=28, W=None, G=4):
    x = rng.standard_normal((N, C, H, W or H)).astype(dtype)
    return x, *_affine(rng, dtype, C), G, {}


def _dropout_cases(rng, dtype):
    for shape, param in [
        ((3, 4), {"mode": "test", "p": 0.5}),
        ((), {"mode": "train", "p": 0.5, "seed": 1}),
        ((5, 7), {"mode": "train", "p": 0.25, "seed": 2}),
        ((2, 3, 4, 5), {"mode": "train", "p": 0.8, "seed": 3}),
        ((2, 3), {"mode": "train", "p": 0, "seed": 4}),
        ((2, 3), {"mode": "train", "p": 1.0, "seed": 5}),
        ((0, 3), {"mode": "train", "p": 0.5, "seed": 6}),
    ]:
        yield np.asarray(rng.standard_normal(shape)).astype(dtype), param


def _dropout_sample(rng, dtype, *, N=64, D=500, p=0.5):
    return rng.standard_normal((N, D)).astype(dtype), {"mode": "train", "p": p, "seed": 0}


FEATURES = [(4, 5), (3, 1), (7, 3), (0, 3)]
CHANNELS = [(2, 3, 4, 5), (1, 2, 3, 1), (3, 2, 2, 2), (0, 3, 2, 2)]

ROWS = (
    Twin(
        "batchnorm",
        naive=(layers.batchnorm_forward, layers.batchnorm_backward),
        fast=(fast_layers.batchnorm_forward_fast, fast_layers.batchnorm_backward_fast),
        cases=_batch_cases(FEATURES),
        sample=_batch_sample,
        writes=RUNNING,
    ),
    Twin(
        "batchnorm_alt",
        naive=(layers.batchnorm_forward, layers.batchnorm_backward_alt),
        fast=(fast_layers.batchnorm_forward_fast, fast_layers.batchnorm_backward_alt_fast),
        cases=_batch_cases(FEATURES),
        sample=_batch_sample,
        writes=RUNNING,
    ),
    Twin(
        "spatial_batchnorm",
        naive=(layers.spatial_batchnorm_forward, layers.spatial_batchnorm_backward),
        fast=(
            fast_layers.spatial_batchnorm_forward_fast,
            fast_layers.spatial_batchnorm_backward_fast,
        ),
        cases=_batch_cases(CHANNELS),
        sample=_spatial_sample,
        writes=RUNNING,
    ),
    Twin(
        "layernorm",
        naive=(layers.layernorm_forward, layers.layernorm_backward),
        fast=(fast_layers.layernorm_forward_fast, fast_layers.layernorm_backward_fast),
        cases=_layer_cases,
        sample=_layer_sample,
    ),
    Twin(
        "spatial_groupnorm",
        naive=(layers.spatial_groupnorm_forward, layers.spatial_groupnorm_backward),
        fast=(
            fast_layers.spatial_groupnorm_forward_fast,
            fast_layers.spatial_groupnorm_backward_fast,
        ),
        cases=_group_cases,
        sample=_group_sample,
    ),
    Twin(
        "dropout",
        naive=(layers.dropout_forward, layers.dropout_backward),
        fast=(fast_layers.dropout_forward_fast, fast_layers.dropout_backward_fast),
        cases=_dropout_cases,
        sample=_dropout_sample,
    ),
)
