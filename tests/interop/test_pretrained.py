"""Pretrained filters for other channels: the worked weights, and the response that is kept."""

import numpy as np
import pytest
from worked_examples import ADAPTED

from minidl.interop import adapt_input_conv
from minidl.twins import BACKENDS, TWINS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@pytest.mark.parametrize(("in_chans", "expected"), ADAPTED)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_worked_weights(in_chans, expected, dtype):
    weight = np.array([1, 2, 3], dtype).reshape(1, 3, 1, 1)
    adapted = adapt_input_conv(in_chans, weight)
    np.testing.assert_array_equal(adapted.ravel(), expected)
    assert adapted.shape == (1, in_chans, 1, 1)
    assert adapted.dtype == dtype
    assert adapted.flags.c_contiguous
    assert not np.shares_memory(adapted, weight)


@every_backend
@pytest.mark.parametrize("in_chans", [1, 2, 3, 4, 5, 6, 7, 9])
def test_a_grey_image_keeps_its_response(backend, in_chans, rng):
    """Whatever the filters, or where no channel may count more than others, equal ones."""
    weight, grey = rng.standard_normal((4, 3, 3, 2)), rng.standard_normal((2, 1, 6, 5))
    if in_chans > 1 and in_chans % 3:
        weight[:] = weight[:, :1]
    before, after = respond(backend, grey, 3, weight), adapt_input_conv(in_chans, weight)
    assert relative_difference(respond(backend, grey, in_chans, after), before) < 1e-12


def respond(backend, grey, n_channels, weight):
    forward, _ = TWINS["conv"].implementation(backend)
    images = np.repeat(grey, n_channels, axis=1)
    return forward(images, weight, None, {"stride": 1, "pad": 1})[0]


@every_backend
def test_rgb_triples_are_summed_up_one_by_one(backend, rng):
    """After space-to-depth, 12 channels are 4 cells of 3 colours."""
    weight, cells = rng.standard_normal((2, 12, 1, 1)), rng.standard_normal((1, 4, 3, 3))
    forward, _ = TWINS["conv"].implementation(backend)
    param = {"stride": 1, "pad": 0}
    before, _ = forward(np.repeat(cells, 3, axis=1), weight, None, param)
    after, _ = forward(cells, adapt_input_conv(1, weight), None, param)
    assert relative_difference(after, before) < 1e-12


def test_one_channel_of_other_numbers():
    for n_channels in (1, 2, 4, 5):
        adapted = adapt_input_conv(1, np.ones((2, n_channels, 1, 1)))
        np.testing.assert_array_equal(adapted, np.full((2, 1, 1, 1), n_channels))
    twelve = np.ones((2, 12, 1, 1))
    np.testing.assert_array_equal(adapt_input_conv(3, twelve), twelve)


def test_sums_of_short_floats_and_integers():
    short = np.array([2048, 1, 1], np.float16).reshape(1, 3, 1, 1)  # 2048 + 1 is 2048 in float16
    assert adapt_input_conv(1, short).item() == 2050
    for dtype, expected in [("int8", "float32"), ("int64", "float64"), ("bool", "float32")]:
        adapted = adapt_input_conv(2, np.ones((1, 3, 1, 1), dtype))
        assert adapted.dtype == expected
        np.testing.assert_array_equal(adapted.ravel(), [1.5, 1.5])


@pytest.mark.parametrize(
    ("in_chans", "shape", "error", "message"),
    [
        (0, (1, 3, 1, 1), ValueError, "adapt_input_conv: in_chans must be at least 1, got 0"),
        (1.0, (1, 3, 1, 1), TypeError, "adapt_input_conv: in_chans must be an integer, got 1.0"),
        (1, (3, 1, 1), ValueError, "conv_weight must be (O, I, HH, WW), got shape (3, 1, 1)"),
        (3, (3, 1), ValueError, "conv_weight must be (O, I, HH, WW), got shape (3, 1)"),
        (2, (8, 4, 1, 1), ValueError, "in_chans 2 needs filters of 3 channels, got 4"),
    ],
)
def test_refusals(in_chans, shape, error, message):
    with pytest.raises(error) as refusal:
        adapt_input_conv(in_chans, np.ones(shape))
    assert message in str(refusal.value)
    with pytest.raises(TypeError, match="must hold real numbers"):
        adapt_input_conv(1, np.ones((1, 3, 1, 1), complex))
    with pytest.raises(ValueError, match="adapt_input_conv: weight would have shape"):
        adapt_input_conv(2**31 - 1, np.broadcast_to(np.float32(1), (2**14, 3, 7, 7)))
