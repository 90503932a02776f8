"""PyTorch as an oracle: same numbers, same weights, same steps.  Skipped where it is missing."""

import numpy as np
import pytest

from minidl import models, nn, optim
from minidl.fast_layers import conv_backward_fast, conv_forward_fast
from minidl.layers import softmax_loss
from minidl.twins import relative_difference

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("shape", "filters", "options"),
    [
        ((3, 3, 31, 31), (25, 3, 3, 3), {"stride": 2, "padding": 1}),
        ((2, 3, 32, 32), (32, 3, 7, 7), {"padding": 3}),
        ((4, 1, 28, 28), (6, 1, 5, 5), {"padding": 2}),
        ((4, 16, 5, 5), (120, 16, 5, 5), {}),
        ((1, 64, 30, 31), (70, 64, 3, 3), {"padding": 1}),
        ((1, 3, 60, 70), (9, 3, 7, 7), {"stride": (2, 3), "padding": (3, 2)}),
        (
            (2, 6, 13, 12),
            (9, 2, 3, 2),
            {"stride": (1, 2), "padding": 2, "dilation": (2, 3), "groups": 3},
        ),
        ((2, 8, 9, 9), (16, 1, 3, 3), {"padding": 1, "groups": 8}),
    ],
)
def test_convolution(shape, filters, options, dtype, rng):
    x, w = (rng.standard_normal(s).astype(dtype) for s in (shape, filters))
    b = rng.standard_normal(filters[0]).astype(dtype)
    tx, tw, tb = (torch.tensor(a, requires_grad=True) for a in (x, w, b))
    expected = torch.nn.functional.conv2d(tx, tw, tb, **options)
    param = {"stride": 1, "pad": options.get("padding", 0), **options}
    param.pop("padding", None)
    out, cache = conv_forward_fast(x, w, b, param)
    dout = rng.standard_normal(out.shape).astype(dtype)
    expected.backward(torch.tensor(dout))
    tolerance = 1e-12 if dtype == "float64" else 3e-5
    assert relative_difference(out, expected.detach().numpy()) < tolerance
    for ours, theirs in zip(conv_backward_fast(dout, cache), (tx, tw, tb), strict=True):
        assert relative_difference(ours, theirs.grad.numpy()) < tolerance


def test_cross_entropy(rng):
    scores, y = rng.standard_normal((7, 5)), rng.integers(0, 5, 7)
    theirs = torch.tensor(scores, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(theirs, torch.tensor(y))
    expected.backward()
    loss, dscores = softmax_loss(scores, y)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    assert relative_difference(dscores, theirs.grad.numpy()) < 1e-12


def their_lenet():
    t = torch.nn
    return t.Sequential(
        *(t.Conv2d(1, 6, 5, padding=2), t.ReLU(), t.MaxPool2d(2)),
        *(t.Conv2d(6, 16, 5), t.ReLU(), t.MaxPool2d(2), t.Flatten()),
        *(t.Linear(400, 120), t.ReLU(), t.Linear(120, 84), t.ReLU(), t.Linear(84, 10)),
    ).double()


def test_lenet_trains_alike(rng):
    """The same weights, five steps, the same losses."""
    theirs, ours = their_lenet(), models.LeNet5(dtype="float64")
    state = theirs.state_dict().values()
    ours.load_state_dict(dict(zip(ours.state_dict(), state, strict=True)))
    their_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    our_optimizer = optim.SGD(ours.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    x, y = rng.random((8, 1, 28, 28)), rng.integers(0, 10, 8)
    for _ in range(5):
        their_optimizer.zero_grad()
        expected = torch.nn.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y))
        expected.backward()
        their_optimizer.step()
        our_optimizer.zero_grad()
        assert criterion(ours(x), y) == pytest.approx(expected.item(), rel=1e-10)
        ours.backward(criterion.backward())
        our_optimizer.step()


def test_state_dicts_are_exchanged():
    theirs = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.Linear(4, 5, bias=False))
    ours = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Linear(4, 5, bias=False))
    ours.load_state_dict(theirs.state_dict())
    back = {key: torch.tensor(value) for key, value in ours.state_dict().items()}
    theirs.load_state_dict(back)
    for key, value in theirs.state_dict().items():
        np.testing.assert_array_equal(ours.state_dict()[key], value.numpy())


LAYERS = {
    "Conv2d": [
        ((4, 6, (3, 2), (2, 1), 1, (1, 2), 2), {}),
        *(
            ((4, 2, 3, 2, 2), {"padding_mode": mode})
            for mode in ("reflect", "replicate", "circular")
        ),
        ((4, 2, (2, 4), 1, "same"), {"bias": False}),
        ((4, 2, 4, 1, "same", 1, 1, True, "reflect"), {}),
    ],
    "Conv1d": [
        ((4, 6, 3, 2, 1, 2, 2), {}),
        ((4, 2, 4, 1, "same", 1, 1, False, "circular"), {}),
        ((4, 2, 3), {"padding": 2, "padding_mode": "replicate"}),
    ],
    "ConvTranspose2d": [
        ((4, 6, 3, 2, 1, 1, 2, True, 2), {}),
        ((4, 3, (2, 3), (1, 3), (0, 1)), {"bias": False}),
    ],
    "MaxPool2d": [((3, 2, 1), {"ceil_mode": True}), ((2, 1, 0, 2), {}), ((2,), {})],
    "AvgPool2d": [((3, 2, 1, True, False), {}), (((2, 3),), {"padding": (1, 1)})],
    "AdaptiveAvgPool2d": [((1,), {})],
    "AdaptiveMaxPool2d": [((1,), {})],
}


@pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [(name, *layer) for name, layers in LAYERS.items() for layer in layers],
)
def test_modules_take_the_same_arguments_and_state(name, arguments, options, rng):
    theirs = getattr(torch.nn, name)(*arguments, **options).double()
    weighted = {"dtype": "float64"} if list(theirs.parameters()) else {}
    ours = getattr(nn, name)(*arguments, **options, **weighted)
    ours.load_state_dict(theirs.state_dict())
    x = rng.standard_normal((2, 4, 9) if name == "Conv1d" else (2, 4, 7, 9))
    tx = torch.tensor(x, requires_grad=True)
    expected = theirs(tx)
    out = ours(x)
    dout = rng.standard_normal(out.shape)
    expected.backward(torch.tensor(dout))
    assert relative_difference(out, expected.detach().numpy()) < 1e-12
    assert relative_difference(ours.backward(dout), tx.grad.numpy()) < 1e-12
    for parameter, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert relative_difference(parameter.grad, other.grad.numpy()) < 1e-12
