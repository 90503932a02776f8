"""The checks of each operation: wrong arguments are refused in words that mend them."""

import re

import numpy as np
import pytest

from minidl.geometry import affine_geometry, conv_geometry, max_pool_geometry

X, W, B = np.zeros((2, 4, 6, 5)), np.zeros((3, 4, 3, 3)), np.zeros(3)
PARAM = {"stride": 1, "pad": 0}


@pytest.mark.parametrize(
    ("x", "w", "b", "param", "error", "message"),
    [
        (
            X[0],
            W,
            B,
            PARAM,
            ValueError,
            "x must be (N, C, H, W), got shape (4, 6, 5); add axes: x[None]",
        ),
        (
            X[0, 0],
            W,
            B,
            PARAM,
            ValueError,
            "x must be (N, C, H, W), got shape (6, 5); add axes: x[None, None]",
        ),
        (1.0, W, B, PARAM, ValueError, "x must be (N, C, H, W), got shape ()"),
        (X[None], W, B, PARAM, ValueError, "x must be (N, C, H, W), got shape (1, 2, 4, 6, 5)"),
        (X, W[0], B, PARAM, ValueError, "w must be (F, C, HH, WW), got shape (4, 3, 3)"),
        (X, W[:, :3], B, PARAM, ValueError, "x has 4 channels, and w takes 3 (x (2, 4, 6, 5)"),
        (X[:, :0], W[:, :0], B, PARAM, ValueError, "x has an empty axis"),
        (X, W[:0], B[:0], PARAM, ValueError, "w has an empty axis"),
        (
            X,
            W,
            B[:2],
            PARAM,
            ValueError,
            "b must have shape (3,) (one bias for each filter), got (2,)",
        ),
        (X, W, B[:, None], PARAM, ValueError, "b must have shape (3,)"),
        (
            X,
            W,
            B,
            {**PARAM, "groups": 2},
            ValueError,
            "x has 4 channels, and w takes 8; 4 in each of 2 groups",
        ),
        (
            X,
            W[:, :2],
            B,
            {**PARAM, "groups": 2},
            ValueError,
            "3 filters do not divide into 2 groups",
        ),
        (X, W, B, {**PARAM, "groups": 0}, ValueError, "groups must be at least 1, got 0"),
        (X, W, B, {**PARAM, "groups": 1.5}, TypeError, "groups must be an integer, got 1.5"),
        (X, W, B, {"stride": 1}, ValueError, "conv_param lacks the key 'pad'"),
        (X, W, B, {**PARAM, "padding": 1}, ValueError, "did you mean 'pad'?"),
        (X, W, B, None, TypeError, "conv_param must be a dict, got NoneType"),
        (X + 1j, W, B, PARAM, TypeError, "x must hold real numbers, got dtype complex128"),
        (X, None, B, PARAM, TypeError, "w must hold real numbers, got dtype object"),
    ],
)
def test_convolution_refuses(x, w, b, param, error, message):
    with pytest.raises(error, match="op: .*" + re.escape(message)):
        conv_geometry("op", x, w, b, param)


POOL = {"pool_height": 2, "pool_width": 3, "stride": 2}


@pytest.mark.parametrize(
    ("x", "param", "error", "message"),
    [
        (X[0], POOL, ValueError, "x must be (N, C, H, W), got shape (4, 6, 5)"),
        (
            X,
            {**POOL, "pool_height": 7},
            ValueError,
            "window height 7 exceeds the padded input height 6",
        ),
        (X, {**POOL, "pool_width": 0}, ValueError, "pool_width must be at least 1, got 0"),
        (X, {**POOL, "pool_width": (2, 2)}, TypeError, "pool_width must be an integer"),
        (X, {**POOL, "pad": 2}, ValueError, "pad 2 and 2 must be smaller than the window height 2"),
        (
            X,
            {**POOL, "pad": ((0, 0), (0, 4))},
            ValueError,
            "pad 0 and 4 must be smaller than the window width 3",
        ),
        (X, {"pool_height": 2, "pool_width": 2}, ValueError, "pool_param lacks the key 'stride'"),
        (X, {**POOL, "pool_heigth": 2}, ValueError, "did you mean 'pool_height'?"),
    ],
)
def test_pooling_refuses(x, param, error, message):
    with pytest.raises(error, match="op: .*" + re.escape(message)):
        max_pool_geometry("op", x, param)


@pytest.mark.parametrize(
    ("x", "w", "b", "message"),
    [
        (X, np.zeros((119, 2)), None, "x has 120 values for each image, and w takes 119"),
        (
            np.zeros(5),
            np.zeros((5, 2)),
            None,
            "x must be (N, d1, ..., dk), got shape (5,); add an axis",
        ),
        (np.zeros((2, 5)), np.zeros(5), None, "w must be (D, M), got shape (5,)"),
        (np.zeros((2, 5)), np.zeros((5, 2)), np.zeros(3), "b must have shape (2,)"),
    ],
)
def test_affine_refuses(x, w, b, message):
    with pytest.raises(ValueError, match="op: .*" + re.escape(message)):
        affine_geometry("op", x, w, b)


def test_shapes_that_follow():
    g = conv_geometry("op", X, W, B, {"stride": 2, "pad": 1})
    assert g.out_shape == (2, 3, 3, 3)
    assert g.multiply_adds == 2 * 3 * 3 * W.size
    assert max_pool_geometry("op", X, POOL).out_shape == (2, 4, 3, 2)
    assert affine_geometry("op", X, np.zeros((120, 7)), None).out_shape == (2, 7)
