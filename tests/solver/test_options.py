"""What the course's Solver does not have: metrics, sampling, seeds, schedules, early stopping."""

import copy
import functools
import pickle

import numpy as np
import pytest
from small_models import Line, Restless, TwoLayers, classes, numbers

from minidl import nn
from minidl.optim import lr_scheduler
from minidl.solver import Solver


def solver_of(model=None, data=None, **arguments):
    model = TwoLayers() if model is None else model
    data = classes() if data is None else data
    return Solver(model, data, **{"verbose": False, "batch_size": 10, "num_epochs": 3, **arguments})


def test_regression_by_loss(capsys):
    model, data = Line(), numbers()
    solver = solver_of(
        model,
        data,
        metric="loss",
        optim_config={"learning_rate": 0.05},
        num_epochs=40,
        verbose=True,
        seed=1,
    )
    assert solver.best_val_acc == np.inf
    solver.train()
    assert solver.best_val_acc == min(solver.val_acc_history) < 1e-3
    np.testing.assert_allclose(model.params["W1"], [[1], [-2], [0.5]], atol=0.05)
    expected = np.mean((model.loss(data["X_val"]) - data["y_val"]) ** 2)
    assert solver.check_accuracy(data["X_val"], data["y_val"], batch_size=4) == pytest.approx(
        expected
    )
    lines = capsys.readouterr().out.splitlines()
    train, val = solver.train_acc_history[0], solver.val_acc_history[0]
    assert lines[1] == f"(Epoch 0 / 40) train loss: {train:f}; val_loss: {val:f}"


def test_the_loss_of_a_plain_model_leaves_no_trace():
    model = Restless()
    solver = solver_of(model, metric="loss")
    np.random.seed(4)  # noqa: NPY002
    expected = model.rng.get_state()[1].copy(), np.random.random_sample(3)  # noqa: NPY002
    np.random.seed(4)  # noqa: NPY002
    solver.check_accuracy(solver.X_val, solver.y_val)
    np.testing.assert_array_equal(np.random.random_sample(3), expected[1])  # noqa: NPY002
    np.testing.assert_array_equal(model.rng.get_state()[1], expected[0])
    assert model.bn_params == [{"mode": "train"}]


def test_a_function_as_metric(capsys):
    def worst_class(scores, y):
        return min(np.mean(scores[y == c].argmax(axis=1) == c) for c in range(3))

    solver = solver_of(metric=worst_class, verbose=True)
    solver.train()
    assert "train worst_class: " in capsys.readouterr().out
    assert solver.best_val_acc == max(solver.val_acc_history)
    error = solver_of(metric=lambda s, y: 1 - worst_class(s, y), lower_is_better=True)
    error.train()
    assert error.best_val_acc == min(error.val_acc_history)


def test_a_metric_that_is_no_number_keeps_the_last_weights():
    solver = solver_of(metric=lambda scores, y: np.nan)
    solver.train()
    assert solver.best_val_acc == -np.inf
    assert len(solver.loss_history) == 12
    before = TwoLayers().params["W2"]
    assert not np.array_equal(solver.model.params["W2"], before)


def test_shuffling_shows_every_example_once_an_epoch():
    seen = []

    class Watching(TwoLayers):
        def loss(self, X, y=None):
            if y is not None:
                seen.append(X[:, 0])
            return super().loss(X, y)

    data = classes(23)
    solver = solver_of(Watching(), data, sampling="shuffle", seed=0)
    solver.train()
    assert [len(batch) for batch in seen] == [10, 10, 3] * 3
    epochs = [np.concatenate(seen[k : k + 3]) for k in (0, 3, 6)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch), np.sort(data["X_train"][:, 0]))
    assert not np.array_equal(epochs[0], epochs[1])
    assert len(solver.history) == 4


def test_a_seed_repeats_and_leaves_np_random_alone():
    runs = []
    for _ in range(2):
        np.random.seed(0)  # noqa: NPY002
        solver = solver_of(seed=5)
        solver.train()
        runs.append(solver.loss_history)
        drawn = np.random.random_sample()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    assert drawn == np.random.random_sample()  # noqa: NPY002
    assert runs[0] == runs[1]
    other = solver_of(seed=np.random.default_rng(5))
    other.train()
    assert other.loss_history == runs[0]


def test_early_stopping_waits_for_as_long_as_it_is_told():
    values = iter([0, 0.5, 0, 0.6, 0, 0.7, 0, 0.7, 0, 0.6, 0, 0.65, 0, 0.9])  # train, val, ...
    solver = solver_of(metric=lambda s, y: next(values), early_stopping=2, num_epochs=100)
    solver.train()
    assert solver.val_acc_history == [0.5, 0.6, 0.7, 0.7, 0.6]
    assert solver.epoch == 4


def test_rates_by_a_function_of_the_epoch():
    solver = solver_of(
        optim_config={"learning_rate": 0.2}, lr_schedule=lambda epoch: 1 / (1 + epoch)
    )
    solver.train()
    rates = [row["learning_rate"] for row in solver.history]
    assert rates == [0.2, 0.2, 0.2 / 2, 0.2 / 3]
    default = solver_of(update_rule="adam", lr_schedule=lambda epoch: 0.5)
    default.train()
    assert default.history[0]["learning_rate"] == 0.5e-3


def test_rates_by_a_scheduler():
    schedule = functools.partial(lr_scheduler.StepLR, step_size=2, gamma=0.1)
    solver = solver_of(optim_config={"learning_rate": 0.2}, lr_schedule=schedule, num_epochs=4)
    solver.train()
    rates = [row["learning_rate"] for row in solver.history]
    np.testing.assert_allclose(rates, [0.2, 0.2, 0.2, 0.02, 0.02], rtol=1e-14)


def test_clipping_bounds_the_step():
    class Steep(Line):
        def loss(self, X, y=None):
            answer = super().loss(X, y)
            if y is None:
                return answer
            grads = {name: 1e6 * g for name, g in answer[1].items()}
            for g in grads.values():
                g.flags.writeable = False
            return answer[0], grads

    solver = solver_of(
        Steep(), numbers(), metric="loss", clip_grad_norm=0.5, optim_config={"learning_rate": 1.0}
    )
    solver._begin()
    solver._step()
    step = np.concatenate([w.ravel() for w in solver.model.params.values()])
    assert np.linalg.norm(step) == pytest.approx(0.5, rel=1e-5)


def test_statistics_of_the_best_epoch_come_back():
    values = iter([0, 0.1, 0, 0.9, 0, 0.2, 0, 0.3])
    kept = []

    def metric(scores, y):
        kept.append(model.bn_params[0]["running_mean"].copy())
        return next(values)

    model = Restless()
    solver_of(model, metric=metric).train()
    np.testing.assert_array_equal(model.bn_params[0]["running_mean"], kept[3])
    assert not np.array_equal(kept[3], kept[7])


def test_modules_get_their_buffers_back_and_forth():
    """The best epoch's, and those from before a loss was looked at."""
    values = iter([0, 0.1, 0, 0.9, 0, 0.2, 0, 0.3])
    kept = []

    def metric(scores, y):
        kept.append(net[1].running_mean.copy())
        return next(values)

    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.Dropout(0.1))
    solver = solver_of(nn.Model(net, nn.CrossEntropyLoss()), metric=metric)
    solver.train()
    np.testing.assert_array_equal(net[1].running_mean, kept[3])
    assert not np.array_equal(kept[3], kept[7])
    Solver(solver.model, classes(), metric="loss").check_accuracy(solver.X_val, solver.y_val)
    np.testing.assert_array_equal(net[1].running_mean, kept[3])


def test_modules_train_on_regression():
    net = nn.Sequential(nn.Linear(3, 1, rng=np.random.default_rng(0)))
    solver = solver_of(
        nn.Model(net, nn.MSELoss()),
        numbers(),
        metric="loss",
        update_rule="sgd_momentum",
        optim_config={"learning_rate": 0.02},
        num_epochs=30,
        seed=0,
    )
    solver.train()
    assert solver.best_val_acc < 1e-2
    np.testing.assert_allclose(net[0].bias.data, [3], atol=0.1)


def test_settings_of_another_rule_are_ignored():
    solver = solver_of(optim_config={"learning_rate": 0.1, "momentum": 0.5, "beta1": 0.8})
    solver.train()
    assert len(solver.loss_history) == 12


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
@pytest.mark.parametrize("seed", [None, 5])
def test_a_copy_trains_like_the_original_and_apart_from_it(copied, seed):
    solver = solver_of(seed=seed, sampling="shuffle", update_rule="adam")
    solver.train()
    other = copied(solver)
    before = {name: w.copy() for name, w in solver.model.params.items()}
    for each in (other, solver):
        np.random.seed(3)  # noqa: NPY002 - a copy draws from here, too, if the original does
        each.num_epochs = 6
        each.train()
        if each is other:
            for name, w in solver.model.params.items():
                np.testing.assert_array_equal(w, before[name])
    assert other.loss_history == solver.loss_history


def test_repr():
    solver = solver_of(update_rule="adam", seed=1)
    shown = "Solver(TwoLayers, update_rule='adam', epoch 0 of 3, best_val_acc=-inf)"
    assert repr(solver) == shown
    solver.train()
    assert repr(solver).startswith("Solver(TwoLayers, update_rule='adam', epoch 3 of 3, best_val")
