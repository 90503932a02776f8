"""What pooling and padding layers refuse, in words that mend it."""

import re

import numpy as np
import pytest

from minidl.geometry import (
    avg_pool_geometry,
    max_pool_geometry,
    pad_geometry,
)

X = np.zeros((2, 4, 6, 5))
POOL = {"pool_height": 2, "pool_width": 3, "stride": 2}


def refused(error, message):
    return pytest.raises(error, match="^op: .*" + re.escape(message))


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
        (
            X,
            {**POOL, "pad": 2},
            ValueError,
            "pad 2 and 2 must be smaller than the window height 2",
        ),
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
    ("x", "param", "message"),
    [
        (X, {**POOL, "ceil_mode": 1}, "ceil_mode must be True or False, got 1"),
        (X, {**POOL, "dilation": 0}, "dilation must be at least 1, got 0"),
        (X, {**POOL, "dilation": 6}, "window height 7 (2 taps, dilation 6) exceeds the padded"),
        (X, {**POOL, "count_include_pad": True}, "unknown key 'count_include_pad'"),
        (
            X,
            {**POOL, "global_pool": True},
            "a window; leave out 'pool_height', 'pool_width', 'stride'",
        ),
        (X, {"global_pool": "yes"}, "global_pool must be True or False, got 'yes'"),
        (
            X[:, :, :1],
            {**POOL, "stride": 1, "dilation": 2, "pad": 1},
            "the taps of window 0, 2 apart, miss the image, whose height is 1; make pad 1 or",
        ),
        (  # only the second window misses it
            X[:, :, :1, :3],
            {**POOL, "pool_height": 1, "pool_width": 2, "pad": (0, 4), "dilation": (1, 5)},
            "the taps of window 1, 5 apart, miss the image, whose width is 3; make pad 4 ",
        ),
        (
            X[:, :, :1, :3],
            {**POOL, "pool_height": 1, "pool_width": 2, "pad": (0, 1), "dilation": (1, 4)},
            "the taps of window 0, 4 apart, miss the image, whose width is 3; make pad 1 ",
        ),
        (
            X[:, :, :1],
            {**POOL, "pool_height": 4, "ceil_mode": True},
            "window height 4 exceeds the padded input height 1",
        ),
    ],
)
def test_max_pooling_refuses(x, param, message):
    with refused((TypeError, ValueError), message):
        max_pool_geometry("op", x, param)


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ({**POOL, "count_include_pad": None}, "count_include_pad must be True or False, got None"),
        ({**POOL, "dilation": 2}, "pool_param has an unknown key 'dilation'"),
        ({**POOL, "pad": "SAME"}, "got 'SAME'; did you mean 'same'?"),
    ],
)
def test_average_pooling_refuses(param, message):
    with refused((TypeError, ValueError), message):
        avg_pool_geometry("op", X, param)


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ({"pad": 1, "mode": "mirror"}, "mode must be one of zeros, reflect, replicate, circular"),
        ({"pad": 1, "mod": "reflect"}, "did you mean 'mode'?"),
        ({"mode": "reflect"}, "pad_param lacks the key 'pad'"),
        ({"pad": "same"}, "pad must be an int or pairs, got 'same'; 'valid' and 'same' are for"),
        ({"pad": 1, "mode": np.array(["zeros"])}, "mode must be one of zeros, reflect"),
        ({"pad": 6, "mode": "reflect"}, "pad 6 is more than mode 'reflect' can take from an imag"),
        ({"pad": (0, 6), "mode": "circular"}, "of width 5: at most 5"),
        ({"pad": 2**28}, "out would have shape (2, 4, 536870918, 536870917)"),
    ],
)
def test_padding_refuses(param, message):
    with refused(ValueError, message):
        pad_geometry("op", X, param)
