"""Traces to look at in a browser, each with what its page must show at every step."""

import numpy as np
import shown_steps
from worked_examples import SGD_STEP

from minidl import trace


def integers(*shape, seed=0):
    """Return small whole numbers, of which sums are exact."""
    return np.random.default_rng(seed).integers(-4, 5, shape).astype(np.float64)


def sgd_step():
    told = shown_steps.sgd_step(*(SGD_STEP[key] for key in ("x", "w", "target", "lr")))
    return trace.preset("sgd-step"), told


def convolution():
    x, w, b = integers(2, 2, 3, 4), integers(2, 2, 2, 2, seed=1), np.array([1.0, -2.0])
    dout = integers(2, 2, 2, 2, seed=2)
    sizes = {"stride": 2, "pad": 1, "dilation": 2}
    told = shown_steps.convolution(x, w, b, dout, **sizes)
    return trace.convolution(x, w, b, sizes, dout), told


def max_pool():
    x, dout = integers(1, 2, 5, 4), integers(1, 2, 3, 3, seed=1)
    param = {"pool_height": 2, "pool_width": 2, "stride": 2, "pad": 1}
    return trace.max_pool(x, param, dout), shown_steps.max_pool(x, dout, 2, 2, 1)


def relu():
    x, dout = integers(2, 3), integers(2, 3, seed=1)
    return trace.relu(x, dout), shown_steps.relu(x, dout)


CASES = [sgd_step, convolution, max_pool, relu]
