"""The first number that is none stops a run, by name, and the best weights come back."""

import re

import numpy as np
import pytest
from small_models import Line, TwoLayers, classes, numbers

from minidl import nn
from minidl.solver import Solver
from minidl.solver.divergence import all_finite


def test_all_finite():
    assert all_finite(np.ones(3))
    assert all_finite(np.zeros(0))
    assert all_finite(np.full(4, 3e38, "float32"))  # the sum alone overflows
    assert all_finite(np.arange(3))
    assert not all_finite(np.array([1, np.nan]))
    assert not all_finite(np.array([-np.inf, np.inf]))
    assert not all_finite(np.array([3e38, 3e38, -np.inf], "float32"))


class Poisoned(TwoLayers):
    """Answers truly until the given call, and then with one number replaced."""

    def __init__(self, call, poison, where):
        super().__init__()
        self.call, self.poison, self.where = call, poison, where

    def loss(self, X, y=None):
        if y is None:
            return super().loss(X)
        loss, grads = super().loss(X, y)
        self.call -= 1
        if self.call == 0:
            if self.where == "loss":
                return self.poison, grads
            grads[self.where].flat[0] = self.poison
        return loss, grads


@pytest.mark.parametrize(
    ("where", "poison", "message"),
    [
        ("loss", np.nan, "iteration 7: the loss is nan; the largest number in the parameters is"),
        ("loss", np.inf, "iteration 7: the loss is inf"),
        ("W2", np.nan, "iteration 7: the gradient of W2 (layer 2) holds nan; try a learning rate"),
        ("b1", -np.inf, "iteration 7: the gradient of b1 (layer 1) holds inf"),
    ],
)
def test_it_says_where(where, poison, message):
    model = Poisoned(7, poison, where)
    solver = Solver(model, classes(), batch_size=10, verbose=False)
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        solver.train()
    assert len(solver.loss_history) == 7
    assert len(solver.history) == 2
    for name, w in solver.best_params.items():
        np.testing.assert_array_equal(model.params[name], w)
    assert solver.check_accuracy(solver.X_val, solver.y_val) == solver.best_val_acc


def test_an_update_that_overflows_goes_back_to_the_weights_before():
    model = TwoLayers()
    model.params = {name: w.astype("float32") for name, w in model.params.items()}
    before = {name: w.copy() for name, w in model.params.items()}
    solver = Solver(model, classes(), optim_config={"learning_rate": 1e300}, verbose=False)
    message = "iteration 1: the update of W1 (layer 1) holds"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=re.escape(message)):
        solver.train()
    for name, w in before.items():
        np.testing.assert_array_equal(model.params[name], w)


def test_a_learning_rate_too_large_names_itself():
    solver = Solver(
        Line(),
        numbers(),
        metric="loss",
        optim_config={"learning_rate": 1e4},
        num_epochs=1000,
        verbose=False,
    )
    message = "ten times smaller (it is 1e+04), or cap the gradients: clip_grad_norm=1.0"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=re.escape(message)):
        solver.train()
    assert np.isfinite(solver.model.params["W1"]).all()
    assert solver.val_acc_history


def test_poisoned_data_is_blamed_on_the_data():
    data = numbers()
    data["X_train"][5] = np.nan
    message = r"the loss is nan, because X_train\[5\] holds nan or inf; clean X_train"
    with pytest.raises(FloatingPointError, match=message):
        Solver(Line(), data, metric="loss", sampling="shuffle", verbose=False).train()


def test_poisoned_targets_are_blamed_on_the_targets():
    data = numbers()
    data["y_train"][7] = np.nan
    with pytest.raises(FloatingPointError, match=r"because y_train\[7\] holds nan or inf"):
        Solver(Line(), data, metric="loss", sampling="shuffle", verbose=False).train()


@pytest.mark.parametrize(
    ("model", "data", "metric", "what"),
    [(TwoLayers, classes, "accuracy", "acc"), (Line, numbers, "loss", "loss")],
)
def test_poisoned_validation_data_stops_at_the_first_look(model, data, metric, what):
    data = data()
    data["X_val"][3, 0] = np.nan
    solver = Solver(model(), data, metric=metric, verbose=False)
    message = rf"iteration 1: the {what} on X_val is nan, because X_val\[3\] holds nan or inf"
    with pytest.raises(FloatingPointError, match=message):
        solver.train()
    assert len(solver.history) == 1


def test_scores_that_are_none_are_blamed_on_the_parameters():
    class Hollow(TwoLayers):
        def loss(self, X, y=None):
            return super().loss(X, y) if y is not None else np.nan * super().loss(X)

    message = r"iteration 1: the acc on X_train is nan; the largest number .* learning rate"
    with pytest.raises(FloatingPointError, match=message):
        Solver(Hollow(), classes(), verbose=False).train()


def test_modules_are_named():
    net = nn.Sequential({"hidden": nn.Linear(3, 4), "relu": nn.ReLU(), "out": nn.Linear(4, 3)})
    net[0].weight.data *= 1e30
    solver = Solver(
        nn.Model(net, nn.CrossEntropyLoss()),
        classes(),
        optim_config={"learning_rate": 1e30},
        verbose=False,
    )
    message = r"the update of out.weight \(module 'out', a Linear\)"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=message):
        solver.train()
