"""CS231n's sandwich layers: the composition of their parts, forward and backward."""

import numpy as np
import pytest

from minidl import fast_layers, layer_utils, layers
from minidl.gradient_check import eval_numerical_gradient_array
from minidl.layers import (
    affine_forward,
    batchnorm_forward,
    conv_forward_naive,
    layernorm_forward,
    max_pool_forward_naive,
    relu_forward,
    spatial_batchnorm_forward,
)
from minidl.twins import relative_difference

CONV_PARAM = {"stride": 1, "pad": 1}
POOL_PARAM = {"pool_height": 2, "pool_width": 2, "stride": 2}


def dense(rng):
    """Return x, w, b of a fully connected layer."""
    return [rng.standard_normal((4, 2, 3)), rng.standard_normal((6, 5)), rng.standard_normal(5)]


def filters(rng):
    """Return x, w, b of a convolution."""
    return [rng.standard_normal((2, 3, 6, 4)), rng.standard_normal((4, 3, 3, 3)), np.ones(4)]


def scales(rng, n):
    return [rng.standard_normal(n) + 2, rng.standard_normal(n)]


# What each takes: arrays with a gradient, and parameters without.
SANDWICHES = {
    "affine_relu": lambda rng: (dense(rng), []),
    "affine_bn_relu": lambda rng: (dense(rng) + scales(rng, 5), [{"mode": "train"}]),
    "affine_ln_relu": lambda rng: (dense(rng) + scales(rng, 5), [{}]),
    "conv_relu": lambda rng: (filters(rng), [CONV_PARAM]),
    "conv_bn_relu": lambda rng: (filters(rng) + scales(rng, 4), [CONV_PARAM, {"mode": "train"}]),
    "conv_relu_pool": lambda rng: (filters(rng), [CONV_PARAM, POOL_PARAM]),
}
every_sandwich = pytest.mark.parametrize("name", SANDWICHES)


def passes(name):
    return getattr(layer_utils, f"{name}_forward"), getattr(layer_utils, f"{name}_backward")


def by_definition(name, arrays, params):
    """Compose the naive layers that a sandwich is called after."""
    x, w, b, *scale_and_shift = arrays
    if name.startswith("conv"):
        out, _ = conv_forward_naive(x, w, b, params[0])
    else:
        out, _ = affine_forward(x, w, b)
    norms = {
        "affine_bn_relu": batchnorm_forward,
        "affine_ln_relu": layernorm_forward,
        "conv_bn_relu": spatial_batchnorm_forward,
    }
    if name in norms:
        out, _ = norms[name](out, *scale_and_shift, dict(params[-1]))
    out, _ = relu_forward(out)
    return max_pool_forward_naive(out, POOL_PARAM)[0] if name.endswith("pool") else out


@every_sandwich
def test_forward_is_the_composition(name, rng):
    arrays, params = SANDWICHES[name](rng)
    out, _ = passes(name)[0](*arrays, *params)
    assert relative_difference(out, by_definition(name, arrays, params)) < 1e-12


@every_sandwich
def test_gradients(name, rng):
    forward, backward = passes(name)
    arrays, params = SANDWICHES[name](rng)
    out, cache = forward(*arrays, *params)
    dout = rng.standard_normal(out.shape)
    gradients = backward(dout, cache)
    for array, gradient in zip(arrays, gradients, strict=True):
        numeric = eval_numerical_gradient_array(
            lambda _: forward(*arrays, *params)[0], array, dout, h=1e-6
        )
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-7)


@every_sandwich
def test_a_net_s_first_layer_may_skip_the_input_gradient(name, rng):
    forward, backward = passes(name)
    arrays, params = SANDWICHES[name](rng)
    out, cache = forward(*arrays, *params)
    every = backward(np.ones_like(out), cache)
    spared = backward(np.ones_like(out), cache, input_gradient=False)
    assert spared[0] is None
    for a, b in zip(spared[1:], every[1:], strict=True):
        np.testing.assert_array_equal(a, b)


@every_sandwich
def test_foreign_caches_are_refused(name):
    with pytest.raises(TypeError, match=rf"{name}_backward: cache must be the tuple \(\w+_cache, "):
        passes(name)[1](np.ones((2, 2)), None)


def test_batch_normalization_keeps_its_averages_in_the_caller_s_dict(rng):
    arrays, (bn_param,) = SANDWICHES["affine_bn_relu"](rng)
    layer_utils.affine_bn_relu_forward(*arrays, bn_param)
    assert bn_param["running_mean"].shape == (5,)


def test_star_import_hands_every_layer_on():
    scope = {}
    exec("from minidl.layer_utils import *", scope)
    assert {*layers.__all__, *fast_layers.__all__} <= scope.keys()
    assert {f"{name}_forward" for name in SANDWICHES} <= scope.keys()
    assert scope["softmax_loss"] is layers.softmax_loss
