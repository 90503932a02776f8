"""A net of modules behind CS231n's protocol."""

import re

import numpy as np
import pytest

from minidl import nn
from minidl.gradient_check import eval_numerical_gradient
from minidl.optim import sgd


@pytest.fixture
def net(rng):
    return nn.Sequential(
        nn.Linear(4, 5, dtype="float64", rng=rng),
        nn.ReLU(),
        nn.Linear(5, 3, dtype="float64", rng=rng),
    )


@pytest.fixture
def model(net):
    return nn.Model(net, nn.CrossEntropyLoss())


def test_scores_and_loss_are_the_nets(net, model, rng):
    X, y = rng.standard_normal((6, 4)), np.array([0, 1, 2, 0, 1, 2])
    np.testing.assert_array_equal(model.loss(X), net(X))
    assert not net.training
    loss, grads = model.loss(X, y)
    assert net.training
    assert loss == nn.CrossEntropyLoss()(net(X), y)
    assert sorted(grads) == sorted(model.params) == ["0.bias", "0.weight", "2.bias", "2.weight"]
    for name, w in model.params.items():
        numerical = eval_numerical_gradient(lambda _: model.loss(X, y)[0], w, verbose=False)
        np.testing.assert_allclose(grads[name], numerical, atol=1e-8)
    assert model.eval_loss(X, y) == loss
    assert not net.training


def test_gradients_do_not_pile_up(model, rng):
    X, y = rng.standard_normal((2, 4)), np.array([0, 1])
    first, second = model.loss(X, y)[1], model.loss(X, y)[1]
    for name, gradient in first.items():
        np.testing.assert_array_equal(gradient, second[name])


def test_a_parameter_that_takes_no_part_has_gradient_zero(rng):
    class Partly(nn.Module):
        def __init__(self):
            self.used, self.spare = nn.Linear(4, 3), nn.Linear(2, 2)

        def forward(self, x):
            return self.used(x)

        def backward(self, dout):
            return self.used.backward(dout)

    model = nn.Model(Partly(), nn.CrossEntropyLoss())
    _, grads = model.loss(rng.standard_normal((2, 4)), [0, 1])
    np.testing.assert_array_equal(grads["spare.weight"], np.zeros((2, 2)), strict=False)
    assert grads["spare.weight"].dtype == np.float32


def test_params_are_live(net, model):
    w = net[0].weight.data
    assert model.params["0.weight"] is w
    model.params["0.weight"] = np.ones(w.shape, "float32")
    assert net[0].weight.data is w
    assert (w == 1).all()
    assert w.dtype == np.float64
    model.params["0.weight"][0, 0] = 5
    assert net[0].weight.data[0, 0] == 5
    next_w, _ = sgd(model.params["0.weight"], np.ones(w.shape), {"learning_rate": 1.0})
    model.params["0.weight"] = next_w
    assert net[0].weight.data[0, 0] == 4
    model.params["0.weight"] = w[::-1]
    assert net[0].weight.data[-1, 0] == 4


def test_params_as_a_whole(net, model):
    zeros = {name: np.zeros_like(w) for name, w in model.params.items()}
    array = net[0].weight.data
    model.params = zeros
    assert net[0].weight.data is array
    assert not array.any()
    with pytest.raises(ValueError, match="Model.params: nothing was loaded: missing key '0.bias'"):
        model.params = {k: w + 1 for k, w in zeros.items() if k != "0.bias"}
    with pytest.raises(ValueError, match=re.escape("'2.weight' has shape (3,) and needs (3, 5)")):
        model.params = {**{k: w + 1 for k, w in zeros.items()}, "2.weight": np.ones(3)}
    assert not array.any()
    with pytest.raises(TypeError, match="params must be a mapping, got list"):
        model.params = [1, 2]


def test_params_can_be_swapped(rng):
    net = nn.Sequential(nn.Linear(2, 2, bias=False, rng=rng), nn.Linear(2, 2, bias=False, rng=rng))
    model = nn.Model(net, nn.CrossEntropyLoss())
    a, b = net.state_dict().values()
    model.params = {"0.weight": model.params["1.weight"], "1.weight": model.params["0.weight"]}
    np.testing.assert_array_equal(net[0].weight.data, b)
    np.testing.assert_array_equal(net[1].weight.data, a)


def test_params_refuse_other_names_and_shapes(model):
    with pytest.raises(KeyError, match="no parameter '0.wight'; did you mean '0.weight'"):
        model.params["0.wight"] = 1
    with pytest.raises(ValueError, match=re.escape("0.bias must have shape (5,)")):
        model.params["0.bias"] = np.ones(1)
    with pytest.raises(TypeError, match="cannot be removed"):
        del model.params["0.bias"]
    assert "LiveParameters" in repr(model.params)


def test_state_dict_is_the_nets(net, model):
    state = model.state_dict()
    assert list(state) == list(net.state_dict())
    model.load_state_dict({name: value + 1 for name, value in state.items()})
    np.testing.assert_array_equal(net[2].bias.data, state["2.bias"] + 1)


def test_words(net, model):
    assert model.layer_of("2.weight") == "module '2', a Linear"
    assert nn.Model(nn.Linear(1, 1), nn.MSELoss()).layer_of("weight") == "Linear"
    assert repr(model).startswith("Model(\n  Sequential(\n    (0): Linear(")
    assert repr(model).endswith("  CrossEntropyLoss(reduction='mean')\n)")


@pytest.mark.parametrize(
    ("net", "criterion", "error", "message"),
    [
        (None, nn.MSELoss(), TypeError, "net must be a Module, got NoneType"),
        (nn.Linear(1, 1), nn.MSELoss, TypeError, "is the class MSELoss; make one of it: MSELoss()"),
        (nn.Linear(1, 1), len, TypeError, "criterion must be called with scores and y"),
        (nn.ReLU(), nn.MSELoss(), ValueError, "the net has no parameters to train"),
    ],
)
def test_refusals(net, criterion, error, message):
    with pytest.raises(error, match=re.escape(message)):
        nn.Model(net, criterion)
