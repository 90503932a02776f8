"""What normalisations and dropout refuse, and in which words."""

import re

import numpy as np
import pytest

from minidl import fast_layers, layers

X, G, B = np.zeros((4, 3)), np.ones(3), np.zeros(3)
IMAGES, G6 = np.zeros((2, 6, 4, 5)), np.ones((1, 6, 1, 1))
TRAIN = {"mode": "train"}


def normed(**change):
    return {"mode": "train", **change}


REFUSALS = [
    # what is called, its arguments, the error, its words
    (
        "batchnorm",
        (X, G, B, {}),
        ValueError,
        "bn_param must have a 'mode', 'train' or 'test', got keys []",
    ),
    ("batchnorm", (X, G, B, {"mode": "eval"}), ValueError, "'train' or 'test', got 'eval'"),
    ("batchnorm", (X, G, B, None), TypeError, "bn_param must be a dict, got NoneType"),
    (
        "batchnorm",
        (X, G, B, normed(moment=1)),
        ValueError,
        "unknown key 'moment'; did you mean 'momentum'?",
    ),
    ("batchnorm", (X, G, B, normed(eps=0)), ValueError, "bn_param['eps'] must be above 0"),
    (
        "batchnorm",
        (X, G, B, normed(eps=-1)),
        ValueError,
        "bn_param['eps'] must be above 0 and finite, got -1",
    ),
    (
        "batchnorm",
        (X, G, B, normed(eps="1")),
        TypeError,
        "bn_param['eps'] must be a number, got '1'",
    ),
    (
        "batchnorm",
        (X, G, B, normed(momentum=1.5)),
        ValueError,
        "bn_param['momentum'] must be from 0 to 1, got 1.5",
    ),
    (
        "batchnorm",
        (X, G, B, normed(momentum=np.nan)),
        ValueError,
        "bn_param['momentum'] must be from 0 to 1",
    ),
    (
        "batchnorm",
        (X, G, B, normed(running_mean=np.zeros(4))),
        ValueError,
        "bn_param['running_mean'] must have shape (3,) (one for each feature of x), got (4,)",
    ),
    (
        "batchnorm",
        (X, G, B, normed(running_var=[1, -2, 0])),
        ValueError,
        "bn_param['running_var'] must be at least 0, got -2",
    ),
    (
        "batchnorm",
        (X, G, B, normed(running_var=["a"])),
        TypeError,
        "bn_param['running_var'] must hold real numbers",
    ),
    (
        "batchnorm",
        (X[0], G, B, TRAIN),
        ValueError,
        "x must be (N, D), got shape (3,); add the batch axis",
    ),
    (
        "batchnorm",
        (X, G[:2], B, TRAIN),
        ValueError,
        "gamma must have shape (3,) (one for each feature of x), got (2,)",
    ),
    (
        "spatial_batchnorm",
        (IMAGES, G, B, TRAIN),
        ValueError,
        "gamma must have shape (6,) (one for each channel of x), got (3,)",
    ),
    ("spatial_batchnorm", (X, G, B, TRAIN), ValueError, "x must be (N, C, H, W), got shape (4, 3)"),
    ("layernorm", (X, G, B[:1], {}), ValueError, "beta must have shape (3,)"),
    ("layernorm", (X, G, B, 1e-5), TypeError, "ln_param must be a dict, got float"),
    ("layernorm", (X, G, B, {"eps": 0.0}), ValueError, "ln_param['eps'] must be above 0"),
    (
        "spatial_groupnorm",
        (IMAGES, G6, G6, 4, {}),
        ValueError,
        "G 4 must divide the 6 channels of x",
    ),
    ("spatial_groupnorm", (IMAGES, G6, G6, 0, {}), ValueError, "G must be at least 1, got 0"),
    ("spatial_groupnorm", (IMAGES, G6, G6, 2.0, {}), TypeError, "G must be an integer, got 2.0"),
    (
        "spatial_groupnorm",
        (IMAGES, G6[0], G6, 2, {}),
        ValueError,
        "gamma must have shape (1, 6, 1, 1) or (6,), one for each channel of x, got (6, 1, 1)",
    ),
    (
        "spatial_groupnorm",
        (IMAGES, G6, G6.reshape(-1), 2, {}),
        ValueError,
        "beta must have shape (1, 6, 1, 1) (that of gamma), got (6,)",
    ),
    (
        "dropout",
        (X, {"p": 0.5}),
        ValueError,
        "dropout_param must have a 'mode', 'train' or 'test', got keys ['p']",
    ),
    ("dropout", (X, TRAIN), ValueError, "dropout_param lacks the key 'p'"),
    (
        "dropout",
        (X, normed(p=1.1)),
        ValueError,
        "dropout_param['p'], the probability to keep, must be from 0 to 1, got 1.1",
    ),
    (
        "dropout",
        (X, normed(p=None)),
        TypeError,
        "the probability to keep, must be a number, got None",
    ),
    ("dropout", (X, normed(p=0.5, sed=1)), ValueError, "unknown key 'sed'; did you mean 'seed'?"),
    (
        "dropout",
        (X, normed(p=0.5, seed=-1)),
        ValueError,
        "dropout_param['seed'] must be at least 0, got -1",
    ),
    (
        "dropout",
        (X, normed(p=0.5, rng=3)),
        TypeError,
        "dropout_param['rng'] must be a numpy.random.Generator, got int",
    ),
    (
        "dropout",
        (X, normed(p=0.5, seed=1, rng=np.random.default_rng(0))),
        ValueError,
        "has a seed and an rng; leave one of them out",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), REFUSALS)
def test_forward_refuses(name, arguments, error, message):
    for function in (
        getattr(layers, f"{name}_forward"),
        getattr(fast_layers, f"{name}_forward_fast"),
    ):
        with pytest.raises(error, match=f"^{name}_forward: .*" + re.escape(message)):
            function(*arguments)


S = np.ones(3)
BACKWARD = [
    (
        "batchnorm",
        X,
        (X, G, S, S),
        "cache must be the tuple (x, gamma, mean, inverse_std, mode) that batchnorm_forward "
        "returned, got tuple of length 4",
    ),
    ("batchnorm_alt", X, (X, G), "that batchnorm_forward returned"),
    ("batchnorm", X, (X, G, S, S, "eval"), "cache must have a 'mode'"),
    ("batchnorm", X, (X, G, S, S[:2], "train"), "inverse_std must have shape (3,)"),
    ("batchnorm", X[:2], (X, G, S, S, "train"), "dout must have shape (4, 3)"),
    ("layernorm", X, (X, G, S, S), "cache: mean must have shape (4, 1) (one for each row of x)"),
    (
        "spatial_groupnorm",
        IMAGES,
        (IMAGES, G6, np.ones((2, 4)), np.ones((2, 4))),
        "cache: mean must have a column for each group of the 6 channels",
    ),
    (
        "spatial_groupnorm",
        IMAGES,
        (IMAGES, G6, np.ones((2, 3)), np.ones((2, 2))),
        "cache: inverse_std must have shape (2, 3)",
    ),
    ("dropout", X, ({"p": 0.5}, None), "dropout_param must have a 'mode'"),
    ("dropout", X, (normed(p=0.5), np.ones(3)), "dout must have shape (3,)"),
]


@pytest.mark.parametrize(("name", "dout", "cache", "message"), BACKWARD)
def test_backward_refuses(name, dout, cache, message):
    name = "batchnorm_backward_alt" if name == "batchnorm_alt" else f"{name}_backward"
    for function in (getattr(layers, name), getattr(fast_layers, f"{name}_fast")):
        with pytest.raises((TypeError, ValueError), match=f"^{name}: .*" + re.escape(message)):
            function(dout, cache)
