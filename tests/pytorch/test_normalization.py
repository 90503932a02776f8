"""Normalisations beside PyTorch's: outputs, gradients, running statistics, state, over steps."""

import numpy as np
import pytest

from minidl import nn
from minidl.twins import BACKENDS, relative_difference

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")

MODULES = [
    ("BatchNorm1d", (4,), {}, (5, 4)),
    ("BatchNorm1d", (4, 0.01, 0.3), {}, (3, 4, 6)),
    ("BatchNorm1d", (4,), {"momentum": None}, (5, 4)),
    ("BatchNorm1d", (4,), {"track_running_stats": False}, (5, 4)),
    ("BatchNorm2d", (3,), {}, (2, 3, 4, 5)),
    ("BatchNorm2d", (3, 1e-3), {"affine": False}, (2, 3, 4, 5)),
    ("BatchNorm2d", (3, 1e-5, None, False, False), {}, (2, 3, 4, 5)),
    ("BatchNorm2d", (3,), {}, (1, 3, 2, 1)),
    ("LayerNorm", (4,), {}, (3, 4)),
    ("LayerNorm", ([2, 4], 0.1), {}, (3, 5, 2, 4)),
    ("LayerNorm", ((2, 4), 1e-5, False), {}, (2, 4)),
    ("LayerNorm", (4,), {"bias": False}, (3, 2, 4)),
    ("GroupNorm", (2, 6), {}, (3, 6, 2, 5)),
    ("GroupNorm", (3, 6, 0.1), {"affine": False}, (3, 6)),
    ("GroupNorm", (1, 4), {}, (2, 4, 7)),
]


def both(name, arguments, options, rng, **more):
    """Return PyTorch's module and minidl's, with the same random state."""
    theirs = getattr(torch.nn, name)(*arguments, **options).double()
    for parameter in theirs.parameters():
        parameter.data = torch.tensor(rng.standard_normal(tuple(parameter.shape)))
    ours = getattr(nn, name)(*arguments, **options, dtype="float64", **more)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def same_state(ours, theirs, tolerance=1e-12):
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    for key, value in ours.state_dict().items():
        assert value.shape == tuple(state[key].shape)
        assert value.dtype == state[key].numpy().dtype
        assert relative_difference(value, state[key].numpy()) <= tolerance


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "arguments", "options", "shape"), MODULES)
def test_modules_over_several_steps(name, arguments, options, shape, backend, rng):
    """Training and evaluation in turn: the same numbers, gradients and state at every step."""
    theirs, ours = both(name, arguments, options, rng, backend=backend)
    for step, training in enumerate([True, True, False, True, False]):
        ours.train(training)
        theirs.train(training)
        x = (1 + step) * rng.standard_normal(shape) + step
        tx = torch.tensor(x, requires_grad=True)
        expected, out = theirs(tx), ours(x)
        dout = rng.standard_normal(shape)
        ours.zero_grad()
        theirs.zero_grad()
        expected.backward(torch.tensor(dout))
        assert relative_difference(out, expected.detach().numpy()) < 1e-12
        np.testing.assert_allclose(ours.backward(dout), tx.grad.numpy(), rtol=0, atol=1e-12)
        for parameter, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert relative_difference(parameter.grad, other.grad.numpy()) < 1e-12
        same_state(ours, theirs)


def test_float32_stays_close(rng):
    theirs, ours = torch.nn.BatchNorm2d(6), nn.BatchNorm2d(6)
    for _ in range(3):
        x = (3 * rng.standard_normal((8, 6, 9, 7)) + 5).astype(np.float32)
        out, expected = ours(x), theirs(torch.tensor(x))
        assert out.dtype == np.float32
        assert relative_difference(out, expected.detach().numpy()) < 3e-6
    same_state(ours, theirs, 1e-6)


def test_state_goes_both_ways(rng):
    t = torch.nn
    theirs = t.Sequential(t.Linear(3, 4), t.BatchNorm1d(4), t.Dropout(), t.LayerNorm(4))
    ours = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.LayerNorm(4))
    ours(rng.standard_normal((7, 3)))
    theirs.load_state_dict({key: torch.tensor(a) for key, a in ours.state_dict().items()})
    same_state(ours, theirs, 0)
    theirs(torch.randn(7, 3))
    ours.load_state_dict(theirs.state_dict())
    same_state(ours, theirs, 0)
    x = rng.standard_normal((5, 3)).astype(np.float32)
    expected = theirs.eval()(torch.tensor(x)).detach().numpy()
    assert relative_difference(ours.eval()(x), expected) < 1e-5


@pytest.mark.parametrize(
    ("name", "shape"),
    [("BatchNorm1d", (1, 2)), ("BatchNorm1d", (1, 2, 1)), ("BatchNorm2d", (1, 2, 1, 1))],
)
def test_one_value_for_a_channel_is_refused_where_pytorch_refuses_it(name, shape):
    for track in (True, False):
        ours = getattr(nn, name)(2, track_running_stats=track)
        theirs = getattr(torch.nn, name)(2, track_running_stats=track)
        for training in (True, False):
            ours.train(training)
            theirs.train(training)
            if training or not track:
                with pytest.raises(ValueError, match="more than 1 value"):
                    theirs(torch.zeros(shape))
                with pytest.raises(ValueError, match="training needs more than one value"):
                    ours(np.zeros(shape))
            else:
                assert ours(np.zeros(shape)).shape == tuple(theirs(torch.zeros(shape)).shape)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_dropout_of_everything_and_of_nothing():
    x = np.array([1.0, -2.0, np.nan, np.inf])
    for p in (0.0, 1.0):
        for training in (True, False):
            expected = torch.nn.Dropout(p).train(training)(torch.tensor(x)).numpy()
            np.testing.assert_array_equal(nn.Dropout(p).train(training)(x), expected)
