"""Saving and loading: everything or nothing."""

import re

import numpy as np
import pytest

from minidl import nn


@pytest.fixture
def net():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


def test_keys_and_shapes_are_pytorchs(net):
    shapes = {key: value.shape for key, value in net.state_dict().items()}
    assert shapes == {
        "0.weight": (2, 1, 3, 3),
        "0.bias": (2,),
        "3.weight": (3, 8),
        "3.bias": (3,),
    }


def test_round_trip_through_a_file(net, tmp_path):
    np.savez(tmp_path / "net.npz", **net.state_dict())
    other = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
    with np.load(tmp_path / "net.npz") as file:
        other.load_state_dict(file)
    x = np.ones((1, 1, 4, 4))
    np.testing.assert_array_equal(net(x), other(x))


def test_state_dict_is_a_copy(net):
    state = net.state_dict()
    state["0.bias"][:] = 99
    assert not (net[0].bias.data == 99).any()
    net.load_state_dict(state)
    state["0.bias"][:] = 0
    assert (net[0].bias.data == 99).all()


def test_loading_writes_into_the_same_arrays(net):
    arrays = [parameter.data for parameter in net.parameters()]
    net.load_state_dict({key: value.astype("float64") for key, value in net.state_dict().items()})
    for parameter, array in zip(net.parameters(), arrays, strict=True):
        assert parameter.data is array
        assert array.dtype == np.float32


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("0.bias"), ValueError, "missing key '0.bias'"),
        (lambda s: s.update(extra=np.ones(1)), ValueError, "unknown key 'extra'"),
        (
            lambda s: s.update({"3.weight": np.ones((8, 3))}),
            ValueError,
            "'3.weight' has shape (8, 3) and needs (3, 8)",
        ),
        (
            lambda s: s.update({"3.bias": np.float64(1)}),
            ValueError,
            "'3.bias' has shape () and needs (3,)",
        ),
        (
            lambda s: s.update({"3.bias": ["a", "b", "c"]}),
            TypeError,
            "'3.bias' must hold real numbers",
        ),
        (lambda s: s.update({"3.bias": np.ones(3, complex)}), TypeError, "'3.bias' must hold real"),
        (lambda s: s.update({"3.bias": [[1], [2, 3], [4]]}), ValueError, "'3.bias'"),
        (lambda s: s.update({"3.bias": None}), TypeError, "'3.bias' must hold real"),
    ],
)
def test_nothing_is_loaded_if_anything_is_wrong(net, change, error, message):
    before = net.state_dict()
    state = {key: value + 1 for key, value in before.items()}
    change(state)
    with pytest.raises(error, match="load_state_dict: .*" + re.escape(message)):
        net.load_state_dict(state)
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])


def test_a_conversion_that_fails_writes_nothing(net):
    before = net.state_dict()
    state = {key: value.astype("float64") + 1 for key, value in before.items()}
    state["3.bias"][1] = 1e300  # too large for float32
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        net.load_state_dict(state)
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])


def test_a_read_only_parameter_is_named_and_nothing_is_written(net):
    before = net.state_dict()
    net[3].bias.data.flags.writeable = False
    with pytest.raises(ValueError, match="the parameter '3.bias' is read-only"):
        net.load_state_dict({key: value + 1 for key, value in before.items()})
    for key, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[key])


def test_weights_can_be_swapped():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    a, b = net.state_dict().values()
    net.load_state_dict({"0.weight": net[1].weight.data, "1.weight": net[0].weight.data})
    np.testing.assert_array_equal(net[0].weight.data, b)
    np.testing.assert_array_equal(net[1].weight.data, a)


def test_every_fault_is_listed_at_once(net):
    with pytest.raises(
        ValueError, match="missing key '0.weight'.*missing key '3.bias'.*unknown key 'x'"
    ):
        net.load_state_dict({"x": 1})


def test_no_mapping(net):
    with pytest.raises(TypeError, match="load_state_dict: state_dict must be a mapping, got list"):
        net.load_state_dict([1, 2])


def test_a_shared_parameter_comes_once():
    class Tied(nn.Module):
        def __init__(self):
            self.a = nn.Linear(3, 3)
            self.b = nn.Linear(3, 3)
            self.b.weight = self.a.weight

    assert list(Tied().state_dict()) == ["a.weight", "a.bias", "b.bias"]
