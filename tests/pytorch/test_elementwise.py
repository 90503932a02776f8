"""PyTorch as an oracle of activations and of losses of numbers.  Skipped where it is missing."""

import numpy as np
import pytest

from minidl import nn
from minidl.twins import BACKENDS, relative_difference

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")

TOLERANCE = {"float32": 2e-6, "float64": 1e-13}
every_dtype = pytest.mark.parametrize("dtype", TOLERANCE)
every_backend = pytest.mark.parametrize("backend", BACKENDS)
every_activation = pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ReLU", ()),
        ("LeakyReLU", ()),
        ("LeakyReLU", (0.2,)),
        ("LeakyReLU", (-1.5,)),
        ("Sigmoid", ()),
        ("Tanh", ()),
        ("GELU", ()),
        ("GELU", ("tanh",)),
    ],
)
LOSSES = ["MSELoss", "L1Loss", "HuberLoss", "BCEWithLogitsLoss"]


def both(name, arguments, backend, x, dout):
    """Outputs and input gradients of an activation: ours, then PyTorch's."""
    ours, theirs = getattr(nn, name)(*arguments, backend=backend), getattr(torch.nn, name)
    tx = torch.tensor(x, requires_grad=True)
    expected = theirs(*arguments)(tx)
    expected.backward(torch.tensor(dout))
    return (ours(x), ours.backward(dout)), (expected.detach().numpy(), tx.grad.numpy())


@every_activation
@every_backend
@every_dtype
@pytest.mark.parametrize("scale", [1e-3, 1, 5])
def test_activations(name, arguments, backend, dtype, scale, rng):
    x = (scale * rng.standard_normal((3, 4, 5, 6))).astype(dtype)
    x[0, 0, 0, :2] = 0.0, -0.0
    dout = rng.standard_normal(x.shape).astype(dtype)
    ours, theirs = both(name, arguments, backend, x, dout)
    for actual, expected in zip(ours, theirs, strict=True):
        assert actual.dtype == dtype
        assert relative_difference(actual, expected) < TOLERANCE[dtype]


@every_activation
@every_backend
@every_dtype
def test_activations_number_by_number(name, arguments, backend, dtype):
    """Also where a result is small beside others; but for GELU, whose tail PyTorch rounds to 0."""
    x = np.linspace(-30, 30, 601, dtype=dtype)
    if name in ("GELU", "Tanh"):
        x = x[np.abs(x) < (2 if name == "GELU" else 8)]
    ours, theirs = both(name, arguments, backend, x, np.ones_like(x))
    rtol = 4e-6 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(ours[0], theirs[0], rtol=rtol, atol=0)
    atol = 2e-7 if dtype == "float32" else 4e-16  # 1 - out has as many digits in both
    np.testing.assert_allclose(ours[1], theirs[1], rtol=rtol, atol=atol)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("LeakyReLU", ()), ("LeakyReLU", (0.2,)), ("Sigmoid", ()), ("Tanh", ())],
)
@every_backend
@every_dtype
def test_activations_of_extreme_numbers(name, arguments, backend, dtype):
    """GELU is left out: PyTorch has NaN at an infinity, minidl the limits."""
    x = np.array([0, 1, 89, 104, 710, np.finfo(dtype).max / 2, np.inf], dtype)
    x = np.concatenate([x, -x, [np.nan]]).astype(dtype)
    ours, theirs = both(name, arguments, backend, x, np.ones_like(x))
    tiny = np.finfo(dtype).tiny  # below, floats are rounded to 0 by some
    for actual, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=2 * tiny)


def test_gelu_of_doubles_far_out():
    """The tail keeps its digits: a number, not 0, from -9 to -37."""
    x = np.array([-9.0, -20.0, -37.0])
    tail = 0.5 * torch.special.erfc(torch.tensor(-x / np.sqrt(2))).numpy()
    for backend in BACKENDS:
        np.testing.assert_allclose(nn.GELU(backend=backend)(x), x * tail, rtol=1e-12)


def losses(name, backend, reduction, scores, y, **options):
    """Losses and gradients: ours, then PyTorch's."""
    ours = getattr(nn, name)(reduction=reduction, backend=backend, **options)
    theirs = getattr(torch.nn, name)(reduction=reduction, **options)
    ts = torch.tensor(scores, requires_grad=True)
    expected = theirs(ts, torch.tensor(y).to(ts.dtype))
    expected.backward()
    loss = ours(scores, y)
    assert type(loss) is float
    return (loss, ours.backward()), (expected.item(), ts.grad.numpy())


def targets(name, scores, rng):
    if name == "BCEWithLogitsLoss":
        return rng.random(scores.shape).astype(scores.dtype)
    return (scores + 2 * rng.standard_normal(scores.shape)).astype(scores.dtype)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("shape", [(), (7,), (5, 4), (2, 3, 4)])
@every_backend
@every_dtype
def test_losses(name, reduction, shape, backend, dtype, rng):
    scores = np.asarray(3 * rng.standard_normal(shape)).astype(dtype)
    y = targets(name, scores, rng)
    ours, theirs = losses(name, backend, reduction, scores, y)
    assert ours[1].dtype == dtype
    assert ours[1].shape == shape
    for actual, expected in zip(ours, theirs, strict=True):
        assert relative_difference(actual, expected) < TOLERANCE[dtype]


@every_backend
@pytest.mark.parametrize("delta", [0.1, 1.0, 2.5])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_huber_with_another_delta(backend, delta, reduction, rng):
    scores, y = rng.standard_normal(50), rng.standard_normal(50)
    y[:3] = scores[0] + delta, scores[1] - delta, scores[2]
    ours, theirs = losses("HuberLoss", backend, reduction, scores, y, delta=delta)
    for actual, expected in zip(ours, theirs, strict=True):
        assert relative_difference(actual, expected) < 1e-13


@every_backend
@every_dtype
@pytest.mark.parametrize("kind", [int, bool, "uint8"])
def test_labels_of_two_classes(backend, dtype, kind, rng):
    scores = (5 * rng.standard_normal((6, 3))).astype(dtype)
    y = rng.integers(0, 2, (6, 3)).astype(kind)
    ours, theirs = losses("BCEWithLogitsLoss", backend, "mean", scores, y)
    assert ours[1].dtype == dtype
    for actual, expected in zip(ours, theirs, strict=True):
        assert relative_difference(actual, expected) < TOLERANCE[dtype]


@every_backend
@pytest.mark.parametrize("name", LOSSES[1:])
@pytest.mark.parametrize("score", [1e308, -1e308, np.inf, -np.inf, 800.0, -800.0, np.nan])
@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
def test_losses_of_extreme_scores(backend, name, score, target):
    """No warning, and PyTorch's result; but an infinite score that is right costs nothing."""
    scores, y = np.array([score]), np.array([target])
    ours, theirs = losses(name, backend, "mean", scores, y)
    if name == "BCEWithLogitsLoss" and np.isinf(score):
        right = target == (score > 0)
        assert ours[0] == (0 if right else np.inf)
        assert ours[1][0] == (score > 0) - target
    elif name == "L1Loss" and np.isnan(score):
        assert np.isnan(ours[0])
        assert np.isnan(ours[1][0])  # where PyTorch's gradient is 0
    else:
        np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-14)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-14, atol=1e-300)
