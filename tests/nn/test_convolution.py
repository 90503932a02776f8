"""Convolution and pooling modules: right gradients, padding modes, PyTorch's arguments."""

import re

import numpy as np
import pytest

from minidl import nn
from minidl.gradient_check import check_gradient
from minidl.twins import BACKENDS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)
MODES = ["zeros", "reflect", "replicate", "circular"]
DOUBLE = {"dtype": "float64"}

IMAGES = (2, 4, 5, 6)
LAYERS = [
    (lambda **k: nn.Conv2d(4, 6, (3, 2), (2, 1), 1, (1, 2), 2, **k, **DOUBLE), IMAGES),
    (lambda **k: nn.Conv2d(4, 2, 3, padding="same", bias=False, **k, **DOUBLE), IMAGES),
    (lambda **k: nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, dilation=2, **k, **DOUBLE), IMAGES),
    (lambda **k: nn.ConvTranspose2d(4, 3, (2, 3), bias=False, **k, **DOUBLE), IMAGES),
    (lambda **k: nn.Conv1d(4, 6, 3, 2, 1, 2, 2, **k, **DOUBLE), (2, 4, 9)),
    (lambda **k: nn.Conv1d(4, 2, 2, padding=(1, 0), bias=False, **k, **DOUBLE), (2, 4, 9)),
    (lambda **k: nn.AvgPool2d(3, 2, 1, True, False, **k), IMAGES),
    (lambda **k: nn.AvgPool2d((2, 3), **k), IMAGES),
    (lambda **k: nn.MaxPool2d(2, 1, 1, 2, **k), IMAGES),
    (lambda **k: nn.MaxPool2d(2, ceil_mode=True, **k), IMAGES),
    (lambda **k: nn.AdaptiveAvgPool2d(1, **k), IMAGES),
    (lambda **k: nn.AdaptiveMaxPool2d((1, 1), **k), IMAGES),
]
for _mode in MODES:
    LAYERS += [
        (
            lambda mode=_mode, **k: nn.Conv2d(
                4, 2, 3, 2, ((2, 1), (0, 3)), padding_mode=mode, **k, **DOUBLE
            ),
            IMAGES,
        ),
        (
            lambda mode=_mode, **k: nn.Conv1d(
                4, 2, 3, padding="same", padding_mode=mode, **k, **DOUBLE
            ),
            (2, 4, 7),
        ),
    ]


def gradients_are_right(module, x, rng):
    dout = rng.standard_normal(module(x).shape)

    def loss(_):
        return np.sum(module(x) * dout)

    module.zero_grad()
    module(x)
    dx = module.backward(dout)
    assert dx.shape == x.shape
    assert check_gradient(loss, x, dx)
    for parameter in module.parameters():
        assert check_gradient(loss, parameter.data, parameter.grad)


@every_backend
@pytest.mark.parametrize(("make", "shape"), LAYERS)
def test_gradients(backend, make, shape, rng):
    module = make(backend=backend)
    x = rng.permutation(np.prod(shape)).reshape(shape) / 10.0  # no ties
    gradients_are_right(module, x, rng)


@pytest.mark.parametrize(("make", "shape"), LAYERS)
def test_backends_agree(make, shape, rng):
    x = rng.standard_normal(shape)
    results = []
    for backend in BACKENDS:
        module = make(backend=backend)
        rest = np.random.default_rng(0)
        module.load_state_dict({n: rest.random(p.shape) for n, p in module.named_parameters()})
        out = module(x)
        dx = module.backward(np.cos(out))
        results.append([out, dx, *(p.grad for p in module.parameters())])
    for naive, fast in zip(*results, strict=True):
        assert relative_difference(fast, naive) <= 1e-12


@pytest.mark.parametrize("mode", MODES)
def test_padding_modes_without_input_gradient_and_without_images(mode, rng):
    conv = nn.Conv2d(2, 3, 3, padding=1, padding_mode=mode)
    net = nn.Sequential(conv, nn.ReLU())
    out = net(rng.standard_normal((2, 2, 4, 5)))
    assert net.backward(out) is None
    assert conv.weight.grad is not None
    assert conv.backward(net(np.zeros((0, 2, 4, 5)))).shape == (0, 2, 4, 5)


def test_lists_are_copied():
    padding = [[1, 0], [0, 1]]
    layers = [nn.Conv2d(1, 1, 2, padding=padding), nn.MaxPool2d(2, padding=padding)]
    padding[0][0] = 0
    for layer in layers:
        assert "padding=((1, 0), (0, 1))" in repr(layer)


def test_the_default_stride_is_the_window():
    for layer in (nn.MaxPool2d((2, 3)), nn.AvgPool2d((2, 3))):
        assert layer(np.zeros((1, 1, 4, 6))).shape == (1, 1, 2, 2)


def test_padding_modes_by_hand():
    """A filter that picks its left tap shows what lies left of the image."""
    x = np.array([[[[1.0, 2.0, 3.0]]]])
    for mode, out in [
        ("zeros", [0, 0, 1, 2, 3]),
        ("reflect", [3, 2, 1, 2, 3]),
        ("replicate", [1, 1, 1, 2, 3]),
        ("circular", [2, 3, 1, 2, 3]),
    ]:
        conv = nn.Conv2d(1, 1, (1, 3), 1, ((0, 0), (2, 2)), bias=False, padding_mode=mode)
        conv.load_state_dict({"weight": [[[[1, 0, 0]]]]})
        assert conv(x)[0, 0, 0].tolist() == out


def test_a_transposed_convolution_undoes_the_shape_of_a_convolution():
    for size in (8, 9):
        x = np.zeros((1, 3, size, size))
        down = nn.Conv2d(3, 5, 3, 2, 1)
        up = nn.ConvTranspose2d(5, 3, 3, 2, 1, output_padding=1 - size % 2)
        assert up(down(x)).shape == x.shape


def test_arguments_are_pytorchs():
    """Names, order, defaults; and repr shows those that differ."""
    assert repr(nn.Conv2d(3, 4, 5, 2, 1, 1, 1, False, "reflect")) == (
        "Conv2d(3, 4, kernel_size=(5, 5), stride=(2, 2), padding=1, bias=False, "
        "padding_mode='reflect')"
    )
    assert repr(nn.Conv1d(3, 4, 5, 2, 1)) == (
        "Conv1d(3, 4, kernel_size=(5,), stride=(2,), padding=1)"
    )
    assert repr(nn.ConvTranspose2d(3, 4, 2, 2, 0, 1, 1, True, 2)) == (
        "ConvTranspose2d(3, 4, kernel_size=(2, 2), stride=(2, 2), output_padding=(1, 1), "
        "dilation=(2, 2))"
    )
    assert repr(nn.AvgPool2d(2, count_include_pad=False)) == (
        "AvgPool2d(kernel_size=(2, 2), stride=(2, 2), count_include_pad=False)"
    )
    assert repr(nn.MaxPool2d(3, 2, 1, 2, False, True)) == (
        "MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=1, dilation=(2, 2), ceil_mode=True)"
    )
    assert repr(nn.AdaptiveAvgPool2d(1)) == "AdaptiveAvgPool2d(output_size=1)"
    assert nn.ConvTranspose2d(4, 6, 3, groups=2).weight.shape == (4, 3, 3, 3)
    assert nn.Conv1d(4, 6, 3, groups=2).weight.shape == (6, 2, 3)


def test_summary_counts_products(capsys):
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.AvgPool2d(2), nn.ConvTranspose2d(4, 2, 2, 2)
    )
    shown = nn.summary(net, (3, 8, 8))
    assert [row.multiply_adds for row in shown.rows] == [4 * 27 * 64, 0, 4 * 16 * 2 * 4]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: nn.Conv2d(1, 1, 3, padding_mode="mirror"),
            ValueError,
            "Conv2d: padding_mode must be one of zeros, reflect, replicate, circular, got 'mirror'",
        ),
        (
            lambda: nn.Conv2d(1, 1, 3, padding=3, padding_mode="reflect")(np.zeros((1, 1, 3, 3))),
            ValueError,
            "Conv2d: pad 3 is more than mode 'reflect' can take from an image of height 3: at mo",
        ),
        (
            lambda: nn.Conv2d(1, 1, 9, padding_mode="reflect")(np.zeros((1, 1, 3, 3))),
            ValueError,
            "Conv2d: window height 9 exceeds the padded input height 3",
        ),
        (
            lambda: nn.ConvTranspose2d(1, 1, 2, padding_mode="reflect"),
            ValueError,
            "ConvTranspose2d: padding_mode must be 'zeros', got 'reflect'",
        ),
        (
            lambda: nn.ConvTranspose2d(1, 1, 2, 2, output_padding=2),
            ValueError,
            "ConvTranspose2d: output_padding height 2 must be smaller than the stride 2 or",
        ),
        (
            lambda: nn.ConvTranspose2d(1, 1, 2, 2, "same", 1),
            ValueError,
            "ConvTranspose2d: 'same' padding makes the output stride times as large",
        ),
        (
            lambda: nn.Conv2d(1, 1, 2, padding_mode=np.array(["zeros"])),
            ValueError,
            "Conv2d: padding_mode must be one of",
        ),
        (
            lambda: nn.Conv2d(1, 1, 2, padding=(1, 2, 3)),
            ValueError,
            "Conv2d: padding must be an int, (h, w) or ((top, bottom), (left, right)), got (1, 2",
        ),
        (
            lambda: nn.Conv2d(1, 1, 2, backend=np.array(["fast"])),
            ValueError,
            "Conv2d: backend must be 'naive' or 'fast'",
        ),
        (
            lambda: nn.ConvTranspose2d(3, 4, 2, groups=2),
            ValueError,
            "ConvTranspose2d: groups 2 must divide in_channels 3 and out_channels 4",
        ),
        (
            lambda: nn.Conv1d(1, 1, (3, 3)),
            ValueError,
            "Conv1d: kernel_size must be an int for the one axis there is, got (3, 3)",
        ),
        (
            lambda: nn.Conv1d(1, 1, 3)(np.zeros((4, 9))),
            ValueError,
            "conv1d_forward: x must be (N, C, L), got shape (4, 9); add the channel axis: x[:, ",
        ),
        (
            lambda: nn.Conv1d(1, 1, 3, padding=(1, -1)),
            ValueError,
            "Conv1d: padding right must be at least 0, got -1",
        ),
        (
            lambda: nn.MaxPool2d(2, ceil_mode=1),
            TypeError,
            "MaxPool2d: ceil_mode must be True or False, got 1",
        ),
        (
            lambda: nn.MaxPool2d(2, 2, 0, 1, True),
            ValueError,
            "MaxPool2d: return_indices must be False, got True",
        ),
        (
            lambda: nn.AvgPool2d(2, divisor_override=3),
            ValueError,
            "AvgPool2d: divisor_override must be None, got 3",
        ),
        (
            lambda: nn.AdaptiveAvgPool2d(7),
            ValueError,
            "AdaptiveAvgPool2d: output_size must be 1, a pooling over the whole image, got 7",
        ),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
