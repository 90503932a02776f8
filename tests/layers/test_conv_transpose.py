"""Transposed and 1-D convolution, and padding, against numbers worked out by hand."""

import numpy as np
import pytest
from worked_examples import FORWARD, INPUT_GRADIENT, image

from minidl import layers
from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def exact(actual, expected):
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


def transposed(backend, x, w, b=None, **param):
    forward, _ = TWINS["conv_transpose"].implementation(backend)
    return forward(x, w, b, {"stride": 1, "pad": 0, **param})[0]


@every_backend
def test_every_number_stamps_the_filter(backend):
    x, w = image([[1, 10]]), image([[1, 2], [3, 4]])
    exact(transposed(backend, x, w), image([[1, 12, 20], [3, 34, 40]]))
    exact(transposed(backend, x, w, stride=2), image([[1, 2, 10, 20], [3, 4, 30, 40]]))
    exact(
        transposed(backend, x, w, stride=(1, 3), output_padding=(0, 2)),
        image([[1, 2, 0, 10, 20, 0, 0], [3, 4, 0, 30, 40, 0, 0]]),
    )
    exact(transposed(backend, x, w, dilation=(1, 2)), image([[1, 10, 2, 20], [3, 30, 4, 40]]))


@every_backend
def test_padding_takes_away_and_bias_reaches_everything(backend):
    x, w = image([[1, 10]]), image([[1, 2], [3, 4]])
    exact(transposed(backend, x, w, pad=((1, 0), (0, 1))), image([[3, 34]]))
    out = transposed(backend, x, w, np.array([100.0]), stride=2, output_padding=1, pad=(1, 0))
    exact(out, image([[103, 104, 130, 140, 100]]))


@every_backend
def test_same_multiplies_the_image_by_the_stride(backend):
    x = image([[1, 10]])
    exact(
        transposed(backend, x, image([[1, 2, 3]]), stride=(1, 2), pad="same"),
        image([[1, 2, 13, 20]]),
    )
    out = transposed(backend, x, image([[7]]), stride=2, pad="same")  # gaps between the stamps
    exact(out, image([[7, 0, 70, 0], [0, 0, 0, 0]]))


@every_backend
@pytest.mark.parametrize(("pad", "w", "dout", "dx"), INPUT_GRADIENT)
def test_it_is_the_input_gradient_of_a_convolution(backend, pad, w, dout, dx):
    exact(transposed(backend, image(dout), image(w), pad=pad), image(dx))


@every_backend
def test_backward_by_hand(backend):
    forward, backward = TWINS["conv_transpose"].implementation(backend)
    _, cache = forward(image([[1, 10]]), image([[1, 2]]), np.zeros(1), {"stride": 1, "pad": 0})
    dx, dw, db = backward(image([[1, 2, 4]]), cache)
    exact(dx, image([[1 + 2 * 2, 2 + 2 * 4]]))
    exact(dw, image([[1 + 20, 2 + 40]]))
    exact(db, np.array([7.0]))
    assert backward(image([[1, 2, 4]]), cache, input_gradient=False)[0] is None


LINES = [case for case in FORWARD if case[0].shape[2] == 1]
assert len(LINES) == 4


@every_backend
@pytest.mark.parametrize(("x", "w", "param", "out"), LINES)
def test_1d_convolution(backend, x, w, param, out):
    forward, backward = TWINS["conv1d"].implementation(backend)
    line, taps = x[:, :, 0], np.array([w], dtype=float)
    actual, cache = forward(line, taps, None, {"stride": 1, **param})
    exact(actual, np.array([out], dtype=float))
    _, image_cache = layers.conv_forward_naive(x, image(w), None, {"stride": 1, **param})
    dx, dw, _ = layers.conv_backward_naive(np.cos(actual)[:, :, None], image_cache)
    dline, dtaps, db = backward(np.cos(actual), cache)
    exact(dline, dx[:, :, 0])
    exact(dtaps, dw[:, :, 0])
    assert db is None


FRAMES = [
    ("zeros", [0, 0, 1, 2, 3, 0], [0, 0, 1, 1, 1, 0]),
    ("reflect", [3, 2, 1, 2, 3, 2], [0, 0, 1, 3, 2, 0]),
    ("replicate", [1, 1, 1, 2, 3, 3], [0, 0, 3, 1, 2, 0]),
    ("circular", [2, 3, 1, 2, 3, 1], [0, 0, 2, 2, 2, 0]),
]


@every_backend
@pytest.mark.parametrize(("mode", "out", "counts"), FRAMES)
def test_padding_modes(backend, mode, out, counts):
    forward, backward = TWINS["pad"].implementation(backend)
    for axis in (2, 3):
        sides = ((0, 0), (2, 1)) if axis == 3 else ((2, 1), (0, 0))
        turn = (lambda a: a) if axis == 3 else (lambda a: a.swapaxes(2, 3))
        actual, cache = forward(turn(image([[1, 2, 3]])), {"pad": sides, "mode": mode})
        exact(actual, turn(image([out])))
        exact(backward(np.ones_like(actual), cache), turn(image([counts[2:5]])))


@every_backend
@pytest.mark.parametrize("mode", ["reflect", "edge", "wrap"])
def test_padding_modes_are_numpys(backend, mode, rng):
    """NumPy calls replicate "edge", and circular "wrap"."""
    ours = {"edge": "replicate", "wrap": "circular"}.get(mode, mode)
    forward, _ = TWINS["pad"].implementation(backend)
    x = rng.standard_normal((2, 2, 4, 5))
    out, _ = forward(x, {"pad": ((3, 2), (1, 4)), "mode": ours})
    exact(out, np.pad(x, ((0, 0), (0, 0), (3, 2), (1, 4)), mode=mode))
