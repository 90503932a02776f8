"""What a Solver refuses, before any work and in words that mend it."""

import re

import numpy as np
import pytest
from small_models import Line, TwoLayers, classes, numbers

from minidl import nn, optim
from minidl.solver import Solver


class NoLoss:
    params = {"W": np.zeros(1)}  # noqa: RUF012


class NoParams:
    def loss(self, X, y=None):
        raise AssertionError("asked for a loss before anything was checked")


class Empty(NoParams):
    params = {}  # noqa: RUF012


class Integers(NoParams):
    params = {"W": np.zeros(1, int)}  # noqa: RUF012


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"batchsize": 3}, ValueError, 'Unrecognized arguments "batchsize"; did you mean'),
        ({"a": 1, "b": 2}, ValueError, 'Unrecognized arguments "a", "b"'),
        (
            {"update_rule": "adm"},
            ValueError,
            "'adm' is no rule of minidl.optim; did you mean 'adam'",
        ),
        ({"update_rule": "SGD"}, ValueError, "'SGD' is no rule of minidl.optim"),
        ({"update_rule": "np"}, ValueError, "is no rule of minidl.optim"),
        ({"optim_config": 0.1}, TypeError, "optim_config must be a dict, got float"),
        ({"optim_config": {"learning_rate": -1}}, ValueError, "sgd: learning_rate must be"),
        ({"optim_config": {"lr": 1}}, ValueError, "'lr', which no rule has; the learning rate is"),
        ({"optim_config": {"betas1": 1}}, ValueError, "'betas1', which no rule has; did you mean"),
        ({"optim_config": {"nu": 1}}, ValueError, "no rule has; they have beta1, beta2, cache"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be an integer, got 2.5"),
        ({"num_epochs": 0}, ValueError, "num_epochs must be at least 1"),
        ({"num_epochs": True}, TypeError, "num_epochs must be an integer"),
        ({"print_every": 0}, ValueError, "print_every must be at least 1"),
        ({"num_val_samples": 0}, ValueError, "num_val_samples must be at least 1"),
        ({"lr_decay": 0}, ValueError, "lr_decay must be above 0 and finite, got 0"),
        ({"lr_decay": "x"}, TypeError, "lr_decay must be a number, got 'x'"),
        ({"metric": "acuracy"}, ValueError, "got 'acuracy'; did you mean 'accuracy'?"),
        ({"sampling": "shufle"}, ValueError, "got 'shufle'; did you mean 'shuffle'?"),
        ({"early_stopping": 0}, ValueError, "early_stopping must be at least 1"),
        ({"clip_grad_norm": -1.0}, ValueError, "clip_grad_norm must be above 0"),
        ({"clip_grad_norm": 0}, ValueError, "clip_grad_norm must be above 0"),
        ({"checkpoint_every": 3}, ValueError, "checkpoint_every needs a checkpoint_name"),
        ({"checkpoint_name": b"no/such/run"}, FileNotFoundError, "the folder 'no/such' does not"),
        ({"checkpoint_name": True}, TypeError, "must be the beginning of a path, got bool"),
        ({"sampling": ["shuffle"]}, ValueError, "sampling must be 'replacement' or 'shuffle'"),
        ({"update_rule": ["sgd"]}, ValueError, "is no rule of minidl.optim"),
        ({"metric": ["loss"]}, ValueError, "or a function of (scores, y), got ['loss']"),
        ({"checkpoint_name": "no/such/run"}, FileNotFoundError, "the folder 'no/such' does not"),
        ({"lr_schedule": 0.5}, TypeError, "lr_schedule must be a function from epoch to factor"),
        ({"lr_schedule": float, "lr_decay": 0.5}, ValueError, "both set the learning rate"),
        (
            {"lr_schedule": float, "update_rule": lambda w, dw, c: (w, c)},
            ValueError,
            "lr_schedule needs a first learning rate",
        ),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"seed": "a"}, TypeError, "seed must be an integer"),
        ({"progress": 1}, TypeError, "progress must be True or False"),
    ],
)
def test_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Solver(TwoLayers(), classes(), **arguments)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (NoLoss(), "NoLoss has no method loss; a model has params"),
        (NoParams(), "NoParams has no dict params; a model has params"),
        (TwoLayers, "model is the class TwoLayers; make one: TwoLayers()"),
        (nn.Linear(3, 3), "nn.Model(net, criterion)"),
        (Integers(), "model.params['W'] must be an array of floats, got int64"),
    ],
)
def test_models(model, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        Solver(model, classes())


def test_a_model_without_parameters():
    with pytest.raises(ValueError, match="there is nothing to train"):
        Solver(Empty(), classes())


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"X_val": None}, ValueError, "data lacks 'X_val'; it has ['X_train', 'y_train', 'y_val']"),
        (
            {"X_val": None, "Xval": np.zeros((15, 3))},
            ValueError,
            "data lacks 'X_val'; did you mean 'Xval'?",
        ),
        ({"y_train": np.zeros(7, int)}, ValueError, "X_train has 40 examples, and y_train has"),
        ({"X_train": np.zeros((0, 3)), "y_train": []}, ValueError, "X_train is empty"),
        ({"X_val": np.zeros((0, 3)), "y_val": []}, ValueError, "X_val is empty"),
        ({"X_val": np.zeros((15, 4))}, ValueError, "and those of X_val (4,)"),
        ({"y_train": np.zeros(40)}, TypeError, "y_train must hold integer labels, got dtype float"),
        (
            {"y_train": np.zeros((40, 1), int)},
            ValueError,
            "got (40, 1); drop the axis: y_train[:, 0]",
        ),
        ({"y_val": np.arange(15) - 2}, ValueError, "y_val[0] is -2; labels count from 0"),
        ({"X_train": ["a"] * 40}, TypeError, "X_train must hold real numbers"),
        ({"X_train": [[1], [1, 2]]}, ValueError, "X_train is not a rectangular array"),
    ],
)
def test_data(changes, error, message):
    data = {**classes(), **changes}
    data = {key: value for key, value in data.items() if value is not None}
    with pytest.raises(error, match=re.escape(message)):
        Solver(TwoLayers(), data)


def test_data_that_is_no_dict():
    with pytest.raises(TypeError, match="data must be a dict with X_train"):
        Solver(TwoLayers(), [1, 2])


def test_labels_beyond_the_scores_are_refused_before_the_first_step():
    data = classes()
    data["y_val"][4] = 3
    model = TwoLayers()
    solver = Solver(model, data)
    with pytest.raises(
        ValueError,
        match=re.escape("label y_val[4] is 3, and 3 classes have labels 0 to 2"),
    ):
        solver.train()
    assert solver.loss_history == []


def test_accuracy_needs_scores():
    data = numbers()
    data["y_train"], data["y_val"] = np.zeros(40, int), np.zeros(15, int)

    class Flat(Line):
        def loss(self, X, y=None):
            return super().loss(X)[:, 0]

    with pytest.raises(ValueError, match="must return scores"):
        Solver(Flat(), data).train()


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (lambda loss, grads: loss, TypeError, "must return (loss, grads), a number and a dict"),
        (lambda loss, grads: (loss, 3), TypeError, "must return (loss, grads)"),
        (
            lambda loss, grads: (loss, {"W1": grads["W1"]}),
            ValueError,
            "gave no gradient for 'b1', only for ['W1']",
        ),
        (lambda loss, grads: (None, grads), TypeError, "the loss must be a number, got None"),
        (lambda loss, grads: ([1, 2], grads), TypeError, "must be a number, got shape (2,)"),
        (lambda loss, grads: (1j, grads), TypeError, "the loss must be a number, got 1j"),
        (
            lambda loss, grads: (loss, grads | {"b1": None}),
            TypeError,
            "the gradient of 'b1' must hold real numbers, got dtype object",
        ),
    ],
)
def test_what_a_loss_returns(answer, error, message):
    class Odd(TwoLayers):
        def loss(self, X, y=None):
            return super().loss(X) if y is None else answer(*super().loss(X, y))

    solver = Solver(Odd(), classes())
    with pytest.raises(error, match=re.escape(message)):
        solver.train()


@pytest.mark.parametrize("answer", [None, "high", [0.5, 0.25]])
def test_what_a_metric_returns(answer):
    def odd(scores, y):
        return answer

    with pytest.raises(TypeError, match="the metric odd must be a number, got "):
        Solver(TwoLayers(), classes(), metric=odd, verbose=False).train()


def test_a_loss_in_an_array_of_one_is_a_number():
    class Boxed(TwoLayers):
        def loss(self, X, y=None):
            if y is None:
                return super().loss(X)
            loss, grads = super().loss(X, y)
            return np.array([loss]), grads

    solver = Solver(Boxed(), classes(), num_epochs=1, verbose=False)
    solver.train()
    assert {type(loss) for loss in solver.loss_history} == {float}


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda folder, mode: folder != str(tmp_path))
    with pytest.raises(PermissionError, match="files cannot be written to the folder"):
        Solver(TwoLayers(), classes(), checkpoint_name=tmp_path / "run")


def test_every_rule_of_optim_is_known():
    for rule in ("sgd", "sgd_momentum", "nesterov_momentum", "rmsprop", "adam"):
        solver = Solver(TwoLayers(), classes(), update_rule=rule, num_epochs=1, verbose=False)
        assert solver.update_rule is getattr(optim, rule)
        solver.train()
