"""The helpers to ask before a long run, which leave no trace."""

import copy

import numpy as np
import pytest
from small_models import Line, Restless, TwoLayers, classes, numbers

import minidl
from minidl import nn
from minidl.randomness import default_rng
from minidl.solver import Solver


def test_the_first_loss_of_a_softmax():
    found = Solver(TwoLayers(), classes()).check_initial_loss()
    assert found.passed
    assert found.n_classes == 3
    assert found.loss == pytest.approx(np.log(3), rel=0.1)
    assert "softmax gives log(3) = 1.099" in str(found)
    assert str(found).endswith(": as it should be")


@pytest.mark.parametrize(
    ("scale", "words"),
    [(300.0, "confident and wrong"), (np.inf, "scale the data and the initial weights down")],
)
def test_a_first_loss_that_is_too_large(scale, words):
    model = TwoLayers(seed=1)
    model.params["W2"] = -scale * np.abs(model.params["W2"])
    with np.errstate(all="ignore"):
        found = Solver(model, classes()).check_initial_loss()
    assert not found.passed
    assert words in str(found)


def test_a_first_loss_that_is_too_small():
    data = classes()
    solver = Solver(
        TwoLayers(), data, optim_config={"learning_rate": 0.9}, num_epochs=60, verbose=False
    )
    solver.train()
    found = solver.check_initial_loss()
    assert not found.passed
    assert "was it trained before?" in str(found)


def test_regularization_is_left_out():
    class Regularized(TwoLayers):
        reg = 1e3

        def loss(self, X, y=None):
            answer = super().loss(X, y)
            return answer if y is None else (answer[0] + self.reg, answer[1])

    model = Regularized()
    assert Solver(model, classes()).check_initial_loss().passed
    assert model.reg == 1e3


def test_without_classes_nothing_is_expected():
    found = Solver(Line(), numbers(), metric="loss").check_initial_loss()
    assert found.passed is None
    assert "without classes, none is expected" in str(found)


def test_a_sound_model_learns_a_few_examples_by_heart():
    solver = Solver(TwoLayers(), classes(), update_rule="adam", optim_config={"learning_rate": 0.1})
    found = solver.overfit_small_batch(n=9)
    assert found.passed
    assert (found.n, found.accuracy) == (9, 1.0)
    assert found.loss < found.first_loss
    assert found.iterations % 10 == 0
    assert "9 examples" in str(found)
    assert "as it should" in str(found)


def test_a_wrong_gradient_cannot():
    class Wrong(TwoLayers):
        def loss(self, X, y=None):
            answer = super().loss(X, y)
            return answer if y is None else (answer[0], {k: -g for k, g in answer[1].items()})

    found = Solver(Wrong(), classes()).overfit_small_batch(n=9, iterations=30, learning_rate=0.1)
    assert not found.passed
    assert found.iterations == 30
    assert found.loss > found.first_loss
    assert "check gradients" in str(found)


def test_regression_by_heart():
    solver = Solver(Line(), numbers(), metric="loss", optim_config={"learning_rate": 0.1})
    found = solver.overfit_small_batch(n=10)
    assert found.passed
    assert found.accuracy is None
    assert found.loss <= found.first_loss / 100


def test_a_run_that_blows_up_has_not_learned():
    solver = Solver(Line(), numbers(), metric="loss")
    with np.errstate(all="ignore"):
        found = solver.overfit_small_batch(learning_rate=1e200)
    assert not found.passed
    assert not np.isfinite(found.loss)


@pytest.mark.parametrize("helper", ["overfit_small_batch", "check_initial_loss"])
def test_they_leave_no_trace(helper):
    model = Restless()
    before = copy.deepcopy(model)
    solver = Solver(model, classes(), update_rule="adam")
    np.random.seed(9)  # noqa: NPY002
    minidl.manual_seed(9)
    getattr(solver, helper)()
    drawn = np.random.random_sample(), default_rng().random()  # noqa: NPY002
    np.random.seed(9)  # noqa: NPY002
    minidl.manual_seed(9)
    assert drawn == (np.random.random_sample(), default_rng().random())  # noqa: NPY002
    for name, w in before.params.items():
        np.testing.assert_array_equal(model.params[name], w)
    assert model.bn_params == before.bn_params
    assert model.rng.random_sample() == before.rng.random_sample()
    assert model.dropout_param["rng"].random() == before.dropout_param["rng"].random()
    assert solver.loss_history == []
    assert solver.optim_configs["W1"] == {}


def test_modules_are_copied_too():
    net = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 3))
    before = net.state_dict()
    solver = Solver(nn.Model(net, nn.CrossEntropyLoss()), classes(), update_rule="adam")
    assert solver.overfit_small_batch(n=9, learning_rate=0.1).passed
    for name, w in net.state_dict().items():
        np.testing.assert_array_equal(w, before[name])
    assert net[0].weight.grad is None
