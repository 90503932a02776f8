"""What the course's Solver does, written out beside ours: draws, steps, lines, best weights."""

import re

import numpy as np
import pytest
from small_models import TwoLayers, classes

from minidl import optim
from minidl.solver import Solver


def by_hand(model, data, rule, config, lr_decay, batch_size, num_epochs, num_train_samples):
    """Train as the course does, draw by draw; return what it records and the best weights."""
    n = len(data["X_train"])
    configs = {name: dict(config) for name in model.params}
    losses, train, val, best, best_params, lines, epoch = [], [], [], -1.0, {}, [], 0
    per_epoch = max(n // batch_size, 1)
    for t in range(num_epochs * per_epoch):
        chosen = np.random.choice(n, batch_size)  # noqa: NPY002
        loss, grads = model.loss(data["X_train"][chosen], data["y_train"][chosen])
        losses.append(loss)
        for name in model.params:
            model.params[name], configs[name] = rule(model.params[name], grads[name], configs[name])
        if t % 10 == 0:
            lines.append(f"(Iteration {t + 1} / {num_epochs * per_epoch}) loss: {loss:f}")
        if (t + 1) % per_epoch == 0:
            epoch += 1
            for settings in configs.values():
                settings["learning_rate"] *= lr_decay
        if t == 0 or (t + 1) % per_epoch == 0:
            some = np.random.choice(n, num_train_samples)  # noqa: NPY002
            guesses = model.loss(data["X_train"][some]).argmax(axis=1)
            train.append(np.mean(guesses == data["y_train"][some]))
            val.append(np.mean(model.loss(data["X_val"]).argmax(axis=1) == data["y_val"]))
            checked = f"train acc: {train[-1]:f}; val_acc: {val[-1]:f}"
            lines.append(f"(Epoch {epoch} / {num_epochs}) {checked}")
            if val[-1] > best:
                best, best_params = val[-1], {k: w.copy() for k, w in model.params.items()}
    return losses, train, val, best, best_params, lines


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "adam"])
def test_a_seeded_run_is_the_courses_number_by_number(rule, capsys):
    data, config = classes(), {"learning_rate": 0.1}
    np.random.seed(3)  # noqa: NPY002
    losses, train, val, best, best_params, lines = by_hand(
        TwoLayers(), data, getattr(optim, rule), config, 0.9, 7, 3, 20
    )
    model = TwoLayers()
    solver = Solver(
        model,
        data,
        update_rule=rule,
        optim_config=config,
        lr_decay=0.9,
        batch_size=7,
        num_epochs=3,
        num_train_samples=20,
    )
    np.random.seed(3)  # noqa: NPY002
    solver.train()
    assert solver.loss_history == losses
    assert solver.train_acc_history == train
    assert solver.val_acc_history == val
    assert solver.best_val_acc == best
    assert solver.epoch == 3
    assert capsys.readouterr().out.splitlines() == lines
    assert config == {"learning_rate": 0.1}
    for name, w in best_params.items():
        np.testing.assert_array_equal(model.params[name], w)
        np.testing.assert_array_equal(solver.best_params[name], w)
    assert solver.optim_configs["W1"]["learning_rate"] == 0.1 * 0.9 * 0.9 * 0.9


def test_silence_if_asked(capsys):
    Solver(TwoLayers(), classes(), num_epochs=1, verbose=False).train()
    assert capsys.readouterr().out == ""


def test_learning_improves_and_ends_with_the_best_weights():
    solver = Solver(
        TwoLayers(),
        classes(200, 60),
        update_rule="adam",
        optim_config={"learning_rate": 0.02},
        batch_size=20,
        seed=0,
        verbose=False,
    )
    solver.train()
    assert solver.best_val_acc == max(solver.val_acc_history) >= 0.85
    assert solver.check_accuracy(solver.X_val, solver.y_val) == solver.best_val_acc


def test_weights_that_never_get_anything_right_are_kept():
    """The course's Solver empties model.params here: no accuracy is above 0."""
    data = classes()
    data["y_val"] = np.full_like(data["y_val"], 2)

    class Stubborn(TwoLayers):
        def between(self, hidden, training):
            self.params["b2"][:] = [9, 0, 0]
            return super().between(hidden, training)

    model = Stubborn()
    Solver(model, data, num_epochs=1, verbose=False).train()
    assert sorted(model.params) == ["W1", "W2", "b1", "b2"]
    assert all(len(w) for w in model.params.values())


def test_the_models_dict_stays_the_same_dict():
    model = TwoLayers()
    params = model.params
    solver = Solver(model, classes(), num_epochs=1, verbose=False)
    solver.train()
    assert model.params is params
    model.params["b1"][:] = 7
    assert not (solver.best_params["b1"] == 7).any()


def test_trained_again_it_goes_on_as_in_the_course():
    solver = Solver(TwoLayers(), classes(), batch_size=10, num_epochs=2, verbose=False)
    solver.train()
    solver.train()
    assert solver.epoch == 4
    assert len(solver.loss_history) == 16
    assert len(solver.val_acc_history) == 2 * 3
    assert [row["epoch"] for row in solver.history] == [0, 1, 2, 2, 3, 4]


def test_batches_larger_than_the_data_are_one_an_epoch():
    solver = Solver(TwoLayers(), classes(5), batch_size=50, num_epochs=3, verbose=False)
    solver.train()
    assert len(solver.loss_history) == 3
    assert solver.epoch == 3
    assert [row["epoch"] for row in solver.history] == [1, 2, 3]


@pytest.mark.parametrize("batch_size", [1, 4, 15, 100])
def test_check_accuracy_in_batches(batch_size):
    data = classes()
    solver = Solver(TwoLayers(), data)
    expected = np.mean(solver.model.loss(data["X_val"]).argmax(axis=1) == data["y_val"])
    assert solver.check_accuracy(data["X_val"], data["y_val"], batch_size=batch_size) == expected
    assert solver.check_accuracy(data["X_val"].tolist(), data["y_val"].tolist()) == expected
    with pytest.raises(ValueError, match="X is empty"):
        solver.check_accuracy(data["X_val"][:0], data["y_val"][:0])
    with pytest.raises(ValueError, match="X has 15 examples, and y has shape"):
        solver.check_accuracy(data["X_val"], data["y_val"][:1])


def test_lists_are_data_too():
    data = {key: value.tolist() for key, value in classes().items()}
    Solver(TwoLayers(), data, num_epochs=1, verbose=False).train()


def test_a_function_is_an_update_rule():
    def my_rule(w, dw, config):
        config["calls"] = config.get("calls", 0) + 1
        return (w + 1e-9 * dw).astype("float64"), config

    model = TwoLayers()
    model.params = {name: w.astype("float32") for name, w in model.params.items()}
    solver = Solver(model, classes(), update_rule=my_rule, num_epochs=1, batch_size=10, verbose=0)
    solver.train()
    assert {config["calls"] for config in solver.optim_configs.values()} == {4}
    assert {w.dtype.name for w in model.params.values()} == {"float32"}


def test_ctrl_c_leaves_the_best_weights_and_a_history():
    class Interrupted(TwoLayers):
        calls = 0

        def loss(self, X, y=None):
            self.calls += y is not None
            if y is not None and self.calls > 9:
                raise KeyboardInterrupt
            return super().loss(X, y)

    model = Interrupted()
    solver = Solver(
        model, classes(), batch_size=10, optim_config={"learning_rate": 0.3}, verbose=False
    )
    with pytest.raises(KeyboardInterrupt):
        solver.train()
    assert len(solver.loss_history) == 9
    assert len(solver.val_acc_history) == len(solver.history) == 3
    for name, w in solver.best_params.items():
        np.testing.assert_array_equal(model.params[name], w)
    assert solver.check_accuracy(solver.X_val, solver.y_val) == max(solver.val_acc_history)
    model.calls = -1000
    solver.train()
    assert len(solver.loss_history) == 9 + 40


def test_an_update_of_another_shape_is_refused():
    solver = Solver(TwoLayers(), classes(), update_rule=lambda w, dw, c: (w.sum(), c), verbose=0)
    with pytest.raises(ValueError, match=re.escape("the update of W1 must have shape (3, 8)")):
        solver.train()
