"""Every result in a net, by the name of the layer that made it."""

import numpy as np
import pytest

from minidl import models, nn


def test_results_are_those_of_the_layers_in_the_order_they_ran(rng):
    net = models.LeNet5(rng=rng)
    x = rng.random((3, 1, 28, 28), dtype=np.float32)
    results = nn.activations(net, x)
    assert list(results) == [*(name for name, _ in net.named_modules() if name), ""]
    out = x
    for name, layer in net.named_children():
        out = layer(out)
        np.testing.assert_array_equal(results[name], out, strict=True)
    np.testing.assert_array_equal(results[""], out, strict=True)


def test_nested_nets_have_names_with_full_stops():
    net = nn.Sequential(nn.Sequential(nn.Conv1d(1, 2, 3), nn.Sequential(nn.Tanh())), nn.Flatten())
    results = nn.activations(net, np.ones((2, 1, 5)))
    assert list(results) == ["0.0", "0.1.0", "0.1", "0", "1", ""]
    assert results["0.1.0"].shape == (2, 2, 3)


class Block(nn.Module):
    def __init__(self):
        self.linear = nn.Linear(2, 2, dtype="float64")
        self.relu = nn.ReLU()

    def forward(self, x):
        out = self.relu(self.linear(x))
        out += x  # into what the layer gave
        return self.relu(out)


def test_results_are_copies_and_a_second_run_has_a_number(rng):
    net, x = Block(), rng.random((4, 2))
    results = nn.activations(net, x)
    assert list(results) == ["linear", "relu", "relu (2)", ""]
    first = np.maximum(results["linear"], 0)
    np.testing.assert_array_equal(results["relu"], first)
    np.testing.assert_array_equal(results["relu (2)"], first + x)
    flat = nn.activations(nn.Flatten(), x)[""]
    assert not np.shares_memory(flat, x)


def test_what_is_no_array_is_left_out(rng):
    class Halves(nn.Module):
        def forward(self, x):
            return x[:, :1], x[:, 1:]

    class Joined(nn.Module):
        def __init__(self):
            self.halves, self.relu = Halves(), nn.ReLU()

        def forward(self, x):
            return self.relu(np.hstack(self.halves(x)))

    assert list(nn.activations(Joined(), rng.random((2, 3)))) == ["relu", ""]


def test_the_net_is_in_evaluation_mode_meanwhile(rng):
    net, x = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(3)), rng.random((5, 3))
    results = nn.activations(net, x)
    np.testing.assert_array_equal(results["0"], x)
    np.testing.assert_array_equal(results[""], net.eval()(x))


def test_a_net_that_refuses_its_input_is_as_before():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3))
    with pytest.raises(ValueError, match="affine_forward: x has 3 values"):
        nn.activations(net, np.ones((1, 3)))
    assert all("forward" not in vars(module) for module in net.modules())
