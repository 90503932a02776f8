"""What holds for operations of every family, and what a fully connected layer refuses."""

import re

import numpy as np
import pytest

from minidl.geometry import (
    affine_geometry,
    avg_pool_geometry,
    conv_geometry,
    conv_transpose_geometry,
    max_pool_geometry,
    pad_geometry,
)

X, W, B = np.zeros((2, 4, 6, 5)), np.zeros((3, 4, 3, 3)), np.zeros(3)
PARAM = {"stride": 1, "pad": 0}
POOL = {"pool_height": 2, "pool_width": 3, "stride": 2}


def refused(error, message):
    return pytest.raises(error, match="^op: .*" + re.escape(message))


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


def test_without_filters_both_axes_could_be_missing():
    for refuse in (
        lambda: max_pool_geometry("op", X[0], POOL),
        lambda: avg_pool_geometry("op", X[0], POOL),
        lambda: pad_geometry("op", X[0], {"pad": 1}),
    ):
        with refused(ValueError, "add the batch axis, x[None], or the channel axis, x[:, None]"):
            refuse()


def test_arrays_too_large_for_any_memory_are_refused():
    x = np.broadcast_to(0.0, (2**30, 1, 1, 1))
    w = np.broadcast_to(0.0, (2**30, 1, 1, 1))
    with refused(ValueError, "out would have shape (1073741824, 1073741824, 1, 1)"):
        conv_geometry("op", x, w, None, PARAM)
    w = np.broadcast_to(0.0, (1, 2**30, 1, 1))
    with refused(ValueError, "out would have shape (1073741824, 1073741824, 1, 1)"):
        conv_transpose_geometry("op", x, w, None, PARAM)
    x = np.broadcast_to(0.0, (2**30, 2**20, 1, 1))
    param = {"pool_height": 1, "pool_width": 1, "stride": 1}
    with refused(ValueError, "out would have shape (1073741824, 1048576, 1, 1)"):
        max_pool_geometry("op", x, param)


def test_shapes_that_follow():
    g = conv_geometry("op", X, W, B, {"stride": 2, "pad": 1})
    assert g.out_shape == (2, 3, 3, 3)
    assert g.multiply_adds == 2 * 3 * 3 * W.size
    assert max_pool_geometry("op", X, POOL).out_shape == (2, 4, 3, 2)
    assert affine_geometry("op", X, np.zeros((120, 7)), None).out_shape == (2, 7)
