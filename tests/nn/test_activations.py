"""Activation modules, and the losses of numbers and of two classes, in nets."""

import re

import numpy as np
import pytest

from minidl import nn, optim
from minidl.gradient_check import check_gradient
from minidl.twins import BACKENDS

ACTIVATIONS = [nn.ReLU, nn.LeakyReLU, nn.Sigmoid, nn.Tanh, nn.GELU]
every_backend = pytest.mark.parametrize("backend", BACKENDS)


def test_reprs_leave_defaults_out():
    shown = [repr(module()) for module in ACTIVATIONS]
    assert shown == ["ReLU()", "LeakyReLU()", "Sigmoid()", "Tanh()", "GELU()"]
    assert repr(nn.LeakyReLU(0.2)) == "LeakyReLU(negative_slope=0.2)"
    assert repr(nn.GELU("tanh")) == "GELU(approximate='tanh')"
    assert (
        repr(nn.HuberLoss("sum", 2)) == "HuberLoss(reduction='sum', delta=2.0)"
    )  # PyTorch's order
    assert repr(nn.HuberLoss(delta=2)) == "HuberLoss(reduction='mean', delta=2.0)"
    assert repr(nn.BCEWithLogitsLoss(reduction="sum")) == "BCEWithLogitsLoss(reduction='sum')"


@every_backend
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_in_a_net(activation, backend, rng):
    net = nn.Sequential(
        nn.Linear(4, 5, dtype="float64", rng=rng),
        activation(backend=backend),
        nn.Linear(5, 3, dtype="float64", rng=rng),
    )
    x, dout = rng.standard_normal((6, 4)), rng.standard_normal((6, 3))
    net(x)
    dx = net.backward(dout, input_gradient=True)
    assert check_gradient(lambda x: np.sum(net(x) * dout), x, dx)
    with pytest.raises(RuntimeError, match="backward needs a forward first"):
        activation(backend=backend).backward(dout)


def test_summary_counts_no_parameters_of_activations(capsys):
    net = nn.Sequential(nn.Linear(4, 5), nn.GELU("tanh"), nn.LeakyReLU(), nn.Sigmoid(), nn.Tanh())
    rows = nn.summary(net, (4,)).rows
    assert [row.parameters for row in rows] == [25, 0, 0, 0, 0]
    assert [row.out_shape for row in rows] == [(5,)] * 5
    assert "GELU(approximate='tanh')" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.LeakyReLU("0.1"), TypeError, "LeakyReLU: negative_slope must be a number"),
        (
            lambda: nn.LeakyReLU(np.inf),
            ValueError,
            "LeakyReLU: negative_slope must be finite, got inf",
        ),
        (lambda: nn.GELU("erf"), ValueError, "GELU: approximate must be 'none' or 'tanh'"),
        (lambda: nn.Tanh(backend="gpu"), ValueError, "Tanh: backend must be 'naive' or 'fast'"),
        (lambda: nn.HuberLoss(delta=0), ValueError, "HuberLoss: delta must be above 0 and finite"),
        (lambda: nn.L1Loss(reduction="Mean"), ValueError, "got 'Mean'; did you mean 'mean'?"),
        (
            lambda: nn.BCEWithLogitsLoss(reduction="none"),
            ValueError,
            "BCEWithLogitsLoss: reduction must be 'mean' or 'sum', got 'none'; "
            "backward starts from one number",
        ),
        (lambda: nn.L1Loss(reduction=["mean"]), ValueError, "got ['mean']"),
        (lambda: nn.L1Loss(reduction=np.array(["mean", "sum"])), ValueError, "got array("),
        (lambda: nn.L1Loss(reduction=None), ValueError, "must be 'mean' or 'sum', got None"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


@every_backend
@pytest.mark.parametrize("name", ["L1Loss", "HuberLoss", "BCEWithLogitsLoss", "MSELoss"])
def test_reductions_of_any_shape(name, backend, rng):
    for shape in [(), (5,), (2, 3, 4), (0, 2)]:
        scores, y = np.asarray(rng.standard_normal(shape)), np.asarray(rng.random(shape))
        mean, total = (getattr(nn, name)(reduction=r, backend=backend) for r in ("mean", "sum"))
        count = scores.size
        assert total(scores, y) == pytest.approx(count * mean(scores, y), rel=1e-12)
        np.testing.assert_allclose(total.backward(), count * mean.backward(), rtol=1e-12)
        assert type(total.backward()) is np.ndarray


def test_two_classes_are_learned(rng):
    """Points on either side of a line, labels 0 and 1 as integers, float32 throughout."""
    x = rng.standard_normal((100, 2)).astype(np.float32)
    y = (x[:, :1] > x[:, 1:]).astype(int)
    net = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 1, rng=rng))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    for _ in range(50):
        optimizer.zero_grad()
        scores = net(x)
        criterion(scores, y)
        assert criterion.backward().dtype == scores.dtype == np.float32
        net.backward(criterion.backward())
        optimizer.step()
    assert np.mean((net(x) > 0) == y) >= 0.97
