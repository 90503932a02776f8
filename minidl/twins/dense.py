"""The row of the fully connected layer, and the inputs for it."""

import numpy as np

from minidl import fast_layers, layers
from minidl.geometry import affine_geometry
from minidl.twins.pair import Twin


def _affine_cases(rng, dtype):
    for shape, n_outputs in [((1, 1), 1), ((2, 3, 4), 5), ((3, 7), 2), ((0, 4), 3)]:
        n_inputs = int(np.prod(shape[1:]))
        x = rng.standard_normal(shape).astype(dtype)
        w = rng.standard_normal((n_inputs, n_outputs)).astype(dtype)
        yield x, w, rng.standard_normal(n_outputs).astype(dtype)
        yield x, w, None


def _affine_sample(rng, dtype, *, N=32, D=400, M=120):
    x = rng.standard_normal((N, D)).astype(dtype)
    w = rng.standard_normal((D, M)).astype(dtype)
    return x, w, rng.standard_normal(M).astype(dtype)


ROWS = (
    Twin(
        "affine",
        naive=(layers.affine_forward, layers.affine_backward),
        fast=(fast_layers.affine_forward_fast, fast_layers.affine_backward_fast),
        cases=_affine_cases,
        sample=_affine_sample,
        geometry=affine_geometry,
    ),
)
