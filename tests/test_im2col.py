"""im2col: CS231n's layout, any window, and the convolution built on it."""

import re

import numpy as np
import pytest
from worked_examples import FILTER_GRADIENT, FORWARD, INPUT_GRADIENT, X, image

from minidl.compare import results
from minidl.im2col import (
    col2im_indices,
    conv_backward_im2col,
    conv_forward_im2col,
    get_im2col_indices,
    im2col_indices,
)
from minidl.im2col_cython import col2im_6d_cython, col2im_cython, im2col_cython
from minidl.layers import conv_forward_naive
from minidl.twins import TWINS, relative_difference

SAME = {"stride": 1, "pad": "same"}


def test_columns_are_windows():
    cols = im2col_indices(X, 2, 2, padding=0, stride=1)
    assert cols.tolist() == [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]


def test_the_image_runs_fastest():
    """Column ``(i * W' + j) * N + n``; row ``(c * HH + u) * WW + v``."""
    x = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    cols = im2col_indices(x, 3, 2, padding=0, stride=(1, 2))
    assert cols.shape == (3 * 3 * 2, 2 * 2 * 2)
    for c, u, v in np.ndindex(3, 3, 2):
        for i, j, n in np.ndindex(2, 2, 2):
            assert cols[(c * 3 + u) * 2 + v, (i * 2 + j) * 2 + n] == x[n, c, i + u, 2 * j + v]


def test_defaults_are_the_courses():
    """Padding 1, stride 1; and col2im's window is 3 x 3."""
    x = np.random.default_rng(0).standard_normal((2, 3, 5, 4))
    cols = im2col_indices(x, 3, 3)
    assert cols.shape == (27, 5 * 4 * 2)
    np.testing.assert_array_equal(cols, im2col_indices(x, 3, 3, 1, 1))
    np.testing.assert_array_equal(
        col2im_indices(cols, x.shape), col2im_indices(cols, x.shape, 3, 3, 1, 1)
    )


@pytest.mark.parametrize("dtype", ["uint8", "bool", "float16"])
def test_sums_of_small_dtypes_do_not_wrap_around(dtype):
    x = np.full((1, 1, 5, 5), 200).astype(dtype)
    sums = col2im_indices(im2col_indices(x, 3, 3), x.shape)
    assert sums.dtype == np.float32
    assert sums[0, 0, 2, 2] == 9 * float(x[0, 0, 0, 0])


def test_indices():
    k, i, j = get_im2col_indices((1, 2, 3, 3), 2, 2, padding=0)
    assert k.ravel().tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert i.tolist() == 2 * [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 2, 2], [1, 1, 2, 2]]
    assert j.tolist() == 2 * [[0, 1, 0, 1], [1, 2, 1, 2], [0, 1, 0, 1], [1, 2, 1, 2]]


@pytest.mark.parametrize("window", [(3, 5), (5, 3), (1, 4), (2, 2)])
@pytest.mark.parametrize("stride", [1, 2, (2, 3)])
def test_col2im_is_the_adjoint_of_im2col(window, stride, rng):
    """``<im2col(x), cols> = <x, col2im(cols)>``, for windows that are not square, too."""
    x = rng.standard_normal((2, 3, 7, 6))
    cols = im2col_indices(x, *window, padding=(1, 2), stride=stride)
    other = rng.standard_normal(cols.shape)
    back = col2im_indices(other, x.shape, *window, padding=(1, 2), stride=stride)
    assert np.sum(cols * other) == pytest.approx(np.sum(x * back), rel=1e-12)


def test_cells_count_once_for_every_window():
    ones = np.ones((4, 4))
    assert col2im_indices(ones, (1, 1, 3, 3), 2, 2, 0, 1)[0, 0].tolist() == [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
    ]


@pytest.mark.parametrize(("x", "w", "param", "out"), FORWARD)
def test_worked_convolutions(x, w, param, out):
    actual, _ = conv_forward_im2col(x, image(w), np.zeros(1), {"stride": 1, **param})
    np.testing.assert_allclose(actual, image(out), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_worked_input_gradients(pad, w, dout, dx):
    _, cache = conv_forward_im2col(X, image(w), None, {"stride": 1, "pad": pad})
    np.testing.assert_allclose(conv_backward_im2col(image(dout), cache)[0], image(dx), atol=1e-12)


@pytest.mark.parametrize(("pad", "dout", "dw"), FILTER_GRADIENT)
def test_worked_filter_gradients(pad, dout, dw):
    _, cache = conv_forward_im2col(X, np.ones((1, 1, 2, 2)), None, {"stride": 1, "pad": pad})
    dx, actual, db = conv_backward_im2col(image(dout), cache, input_gradient=False)
    np.testing.assert_allclose(actual, image(dw), atol=1e-12)
    assert dx is None
    assert db is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_the_definition_in_every_case_of_the_table(dtype):
    twin = TWINS["conv"]
    for case in twin.cases(np.random.default_rng(231), np.dtype(dtype)):
        expected = results(twin.naive, case, np.random.default_rng(1))
        actual = results(twin.im2col, case, np.random.default_rng(1))
        for ours, theirs in zip(actual, expected, strict=True):
            for a, b in zip(ours, theirs, strict=True):
                assert a.dtype == b.dtype
                assert a.flags.c_contiguous
                assert relative_difference(a, b) <= twin.rtol[dtype]


def test_the_matrix_has_a_row_for_each_tap():
    """Nine times the memory of the image, which is why the fast layers do without it."""
    x = np.zeros((2, 3, 32, 32))
    _, cache = conv_forward_im2col(x, np.zeros((1, 3, 3, 3)), None, {"stride": 1, "pad": 1})
    assert cache[-1].nbytes == 9 * x.nbytes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *[
            (
                lambda cols=cols: conv_backward_im2col(X, (X, X[:, :, :1, :1], None, SAME, cols)),
                error,
                f"conv_backward_im2col: x_cols {message}",
            )
            for cols, error, message in [
                (None, TypeError, "must hold real numbers, got dtype object"),
                (np.ones((1, 9), complex), TypeError, "must hold real numbers, got dtype complex"),
                (np.ones((1, 8)), ValueError, "must have shape (1, 9) (a row a tap, a column a w"),
            ]
        ],
        (
            lambda: im2col_indices(X[0], 2, 2),
            ValueError,
            "im2col_indices: x must be (N, C, H, W), got shape (1, 3, 3); add the batch axis, "
            "x[None], or the channel axis, x[:, None]",
        ),
        (
            lambda: im2col_indices(X, 2.0, 2),
            TypeError,
            "im2col_indices: field_height must be an integer, got 2.0",
        ),
        (
            lambda: im2col_indices(X, 4, 2, padding=0),
            ValueError,
            "im2col_indices: window height 4 exceeds the padded input height 3",
        ),
        (
            lambda: im2col_indices(X, 2, 2, padding=-1),
            ValueError,
            "im2col_indices: padding must be at least 0, got -1",
        ),
        (
            lambda: im2col_indices(X, 2, 2, padding="smae"),
            ValueError,
            "im2col_indices: padding must be an int, pairs, 'valid' or 'same', got 'smae'; did you",
        ),
        (
            lambda: col2im_indices(np.ones((4, 5)), X.shape, 2, 2, 0),
            ValueError,
            "col2im_indices: cols must have shape (4, 4) (a row a tap, a column a window), got",
        ),
        (
            lambda: get_im2col_indices((3, 3), 2, 2),
            ValueError,
            "get_im2col_indices: x_shape must be a shape (N, C, H, W), got (3, 3)",
        ),
        (
            lambda: conv_forward_im2col(X, X[:, :, :2, :2], None, {"stride": 0, "pad": 0}),
            ValueError,
            "conv_forward_im2col: stride must be at least 1, got 0",
        ),
        (
            lambda: conv_backward_im2col(
                X, conv_forward_naive(X, X[:, :, :1, :1], None, {"stride": 1, "pad": 0})[1]
            ),
            TypeError,
            "conv_backward_im2col: cache must be the tuple (x, w, b, conv_param, x_cols)",
        ),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_the_compiled_names_of_the_course(rng):
    x = rng.standard_normal((2, 3, 5, 7))
    cols = im2col_cython(x, 3, 2, 1, 2)
    np.testing.assert_array_equal(cols, im2col_indices(x, 3, 2, padding=1, stride=2))
    images = col2im_indices(cols, x.shape, 3, 2, padding=1, stride=2)
    np.testing.assert_array_equal(col2im_cython(cols, 2, 3, 5, 7, 3, 2, 1, 2), images)
    in_six = cols.reshape(3, 3, 2, 3, 4, 2).transpose(0, 1, 2, 5, 3, 4)
    np.testing.assert_array_equal(col2im_6d_cython(in_six, 2, 3, 5, 7, 3, 2, 1, 2), images)
    assert col2im_6d_cython(in_six[:, :, :, :0], 0, 3, 5, 7, 3, 2, 1, 2).shape == (0, 3, 5, 7)
    message = "cols must have shape (3, 3, 2, 2) ((C, HH, WW, N, H', W')), got (18, 24)"
    with pytest.raises(ValueError, match=re.escape(message)):
        col2im_6d_cython(cols.reshape(18, 24), 2, 3, 5, 7, 3, 2, 1, 2)
