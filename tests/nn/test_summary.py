"""The summary table: numbers counted by hand, and the net left as it was."""

import numpy as np
import pytest

from minidl import nn


def test_numbers(capsys):
    net = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(60, 4))
    result = nn.summary(net, (2, 4, 5))
    conv, relu, flatten, linear = result.rows
    assert conv.out_shape == (3, 4, 5)
    assert conv.parameters == 3 * 2 * 9 + 3
    assert conv.multiply_adds == 3 * 4 * 5 * 2 * 9
    assert conv.n_bytes == 4 * (60 + 57)
    assert (relu.out_shape, relu.parameters, relu.multiply_adds) == ((3, 4, 5), 0, 0)
    assert flatten.out_shape == (60,)
    assert (linear.parameters, linear.multiply_adds) == (60 * 4 + 4, 240)
    assert result.parameters == 57 + 244
    assert repr(result) == "Summary(4 layers, 301 parameters)"
    printed = capsys.readouterr().out
    assert printed.strip() == str(result)
    assert printed.splitlines()[0].split() == [
        "layer",
        "output",
        "parameters",
        "multiply-adds",
        "bytes",
    ]
    assert printed.splitlines()[-1].split()[:2] == ["total", "301"]


def test_nets_inside_nets(capsys):
    net = nn.Sequential(nn.Sequential(nn.Conv2d(1, 1, 2), nn.Sum()))
    assert [row.name for row in nn.summary(net, (1, 3, 3)).rows] == ["0.0", "0.1"]


def test_a_layer_that_does_not_fit_leaves_the_net_as_it_was():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 3 * 3, 4))
    with pytest.raises(ValueError, match="affine_forward: x has 32 values"):
        nn.summary(net, (1, 6, 6))
    for module in net.modules():
        assert "forward" not in vars(module)


def test_a_backward_pass_is_not_disturbed(capsys):
    net = nn.Sequential(nn.Linear(2, 1), nn.Flatten())
    net(np.array([[3.0, 4.0]]))
    nn.summary(net, (2,))
    net.backward(np.ones((1, 1)))
    np.testing.assert_array_equal(net[0].weight.grad, [[3, 4]])


def test_every_parameter_is_counted_once(capsys):
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(np.ones(5))
            self.a = nn.Linear(2, 2)
            self.b = nn.Linear(2, 2)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    result = nn.summary(Scaled(), (2,))
    assert result.parameters == 5 + 4 + 2 + 2
    assert {row.layer: row.parameters for row in result.rows}["Scaled"] == 5


def test_input_shape_is_checked():
    with pytest.raises(TypeError, match="summary: input_shape must be a tuple of integers"):
        nn.summary(nn.ReLU(), 4)

    with pytest.raises(ValueError, match="summary: input_shape must be at least 1, got 0"):
        nn.summary(nn.ReLU(), (0, 3))
