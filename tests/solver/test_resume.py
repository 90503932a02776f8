"""Checkpoints of a Solver: when they are written, what they refuse, and what they bring back."""

import functools
import re

import numpy as np
import pytest
from small_models import Restless, TwoLayers, classes

import minidl
from minidl import nn
from minidl.optim import lr_scheduler
from minidl.solver import Solver
from minidl.storage import read_state, write_state

SETTINGS = {"batch_size": 10, "num_epochs": 2, "update_rule": "adam", "verbose": False}


def solver_of(folder=None, model=None, data=None, **arguments):
    files = {} if folder is None else {"checkpoint_name": str(folder / "run")}
    model = TwoLayers() if model is None else model
    return Solver(model, classes() if data is None else data, **{**SETTINGS, **files, **arguments})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_for_each_check(tmp_path, capsys):
    solver = solver_of(tmp_path, verbose=True)
    solver.train()
    assert names(tmp_path) == ["run_epoch_0.npz", "run_epoch_1.npz", "run_epoch_2.npz"]
    assert f'Saving checkpoint to "{tmp_path}/run_epoch_1.npz"' in capsys.readouterr().out


def test_a_name_in_bytes(tmp_path):
    solver_of(checkpoint_name=bytes(tmp_path / "run"), num_epochs=1).train()
    assert names(tmp_path) == ["run_epoch_0.npz", "run_epoch_1.npz"]


def test_the_latest_every_few_iterations(tmp_path):
    solver_of(tmp_path, checkpoint_every=3).train()
    assert names(tmp_path)[-1] == "run_latest.npz"
    assert read_state(tmp_path / "run_latest.npz", "solver checkpoint")["next"] == 6


def trained(**arguments):
    np.random.seed(8)  # noqa: NPY002
    minidl.manual_seed(8)
    solver = solver_of(**arguments)
    solver.train()
    return solver


@pytest.mark.parametrize("file", ["epoch_0", "epoch_1", "latest", "epoch_2"])
@pytest.mark.parametrize("sampling", ["replacement", "shuffle"])
def test_longer_than_planned_equals_planned_longer(file, sampling, tmp_path):
    """Resuming with more epochs, in a process whose generators stand elsewhere."""
    trained(folder=tmp_path, model=Restless(), sampling=sampling, checkpoint_every=3)
    expected = trained(model=Restless(), sampling=sampling, num_epochs=4)
    drawn = np.random.random_sample()  # noqa: NPY002
    np.random.seed(77)  # noqa: NPY002
    solver = solver_of(model=Restless(seed=3), sampling=sampling, num_epochs=4, early_stopping=9)
    assert solver.resume(tmp_path / f"run_{file}.npz") is solver
    solver.train()
    assert np.random.random_sample() == drawn  # noqa: NPY002
    assert solver.loss_history == expected.loss_history
    assert solver.train_acc_history == expected.train_acc_history
    assert solver.val_acc_history == expected.val_acc_history
    assert (solver.epoch, solver.best_val_acc) == (4, expected.best_val_acc)
    for name, w in expected.model.params.items():
        np.testing.assert_array_equal(solver.model.params[name], w)
        for key, value in expected.optim_configs[name].items():
            np.testing.assert_array_equal(solver.optim_configs[name][key], value)


def test_a_finished_run_has_its_best_weights(tmp_path):
    expected = trained(folder=tmp_path)
    solver = solver_of().resume(tmp_path / "run_epoch_2.npz")
    solver.train()
    assert len(solver.loss_history) == 8
    for name, w in expected.model.params.items():
        np.testing.assert_array_equal(solver.model.params[name], w)


def test_a_scheduler_goes_on(tmp_path):
    schedule = functools.partial(lr_scheduler.CosineAnnealingLR, T_max=4)
    trained(folder=tmp_path, lr_schedule=schedule)
    expected = trained(lr_schedule=schedule, num_epochs=4)
    solver = solver_of(lr_schedule=schedule, num_epochs=4).resume(tmp_path / "run_epoch_1.npz")
    solver.train()
    rates = [row["learning_rate"] for row in solver.history]
    assert rates == [row["learning_rate"] for row in expected.history]
    assert len(set(rates)) == 4
    other = functools.partial(lr_scheduler.CosineAnnealingLR, T_max=5)
    with pytest.raises(ValueError, match="settings lr_schedule is CosineAnnealingLR"):
        solver_of(lr_schedule=other).resume(tmp_path / "run_epoch_1.npz")


def test_a_patience_that_was_half_spent_goes_on(tmp_path):
    def run(num_epochs, **files):
        values = iter([0, 0.5, 0, 0.9, 0, 0.8, 0, 0.7, 0, 0.6])  # best after the first epoch
        settings = {"metric": Scripted(values), "early_stopping": 2, "num_epochs": num_epochs}
        return solver_of(model=Restless(), **settings, **files)

    class Scripted:
        def __init__(self, values):
            self.values = values

        def __call__(self, scores, y):
            return next(self.values)

    whole = run(9)
    np.random.seed(8)  # noqa: NPY002
    whole.train()
    np.random.seed(8)  # noqa: NPY002
    run(2, folder=tmp_path).train()
    rest = run(9)
    rest.metric.function.values = iter([0, 0.7, 0, 0.6])
    rest.resume(tmp_path / "run_epoch_2.npz").train()
    assert rest.epoch == whole.epoch == 3
    assert rest.val_acc_history == whole.val_acc_history == [0.5, 0.9, 0.8, 0.7]
    statistics = [s.model.bn_params[0]["running_mean"] for s in (rest, whole)]
    np.testing.assert_array_equal(*statistics)


def test_modules_resume(tmp_path):
    def model(seed):
        rng = np.random.default_rng(seed)
        net = nn.Sequential(
            nn.Linear(3, 5, rng=rng),
            nn.BatchNorm1d(5),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(5, 3, rng=rng),
        )
        return nn.Model(net, nn.CrossEntropyLoss())

    trained(folder=tmp_path, model=model(0))
    expected = trained(model=model(0), num_epochs=3)
    solver = solver_of(model=model(1), num_epochs=3).resume(tmp_path / "run_epoch_1.npz")
    solver.train()
    assert solver.loss_history == expected.loss_history
    for name, value in expected.model.state_dict().items():
        np.testing.assert_array_equal(solver.model.state_dict()[name], value)
    wider = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Dropout(0.2), nn.Linear(6, 3))
    with pytest.raises(
        ValueError, match=re.escape("params 0.weight is (6, 3) float32, and was (5")
    ):
        solver_of(model=nn.Model(wider, nn.CrossEntropyLoss())).resume(tmp_path / "run_epoch_1.npz")


def test_what_differs_is_named_and_nothing_changes(tmp_path):
    trained(folder=tmp_path)
    data = classes()
    data["X_train"][0] += 1
    model = TwoLayers(seed=4, hidden=9)
    model.reg = 0.5
    before = {name: w.copy() for name, w in model.params.items()}
    solver = solver_of(model=model, data=data, batch_size=20, optim_config={"beta1": 0.8})
    with pytest.raises(ValueError, match="is of another run: ") as refused:
        solver.resume(tmp_path / "run_epoch_1.npz")
    for words in (
        "settings batch_size is 20, and was 10",
        "settings optim_config beta1 is 0.8, and was not there",
        "data X_train is (40, 3) float64, checksum",
        "model reg is 0.5, and was not there",
        "model params W1 is (3, 9) float64, and was (3, 8) float64",
    ):
        assert words in str(refused.value)
    assert "y_train" not in str(refused.value)
    assert solver.loss_history == []
    for name, w in before.items():
        np.testing.assert_array_equal(model.params[name], w)


def test_a_file_that_does_not_fit_inside_changes_nothing(tmp_path):
    trained(folder=tmp_path)
    path = tmp_path / "run_epoch_1.npz"
    state = read_state(path, "solver checkpoint")
    solver = solver_of(model=TwoLayers(seed=9))
    before = {name: w.copy() for name, w in solver.model.params.items()}
    for part, wrong, message in (
        ("params", state["params"] | {"W2": "no array"}, "params W2 is .*, and was"),
        ("best_params", {"W2": np.zeros(3)}, "best_params W1 is .*, and was not there"),
        ("best_params", None, "does not fit inside: best_params is"),
        ("history", 3, "does not fit inside: TypeError"),
        ("loss_history", 3.0, "does not fit inside: AttributeError"),
        ("random", state["random"] | {"np.random": {}}, "'np.random' has no state there"),
    ):
        write_state(path, "solver checkpoint", state | {part: wrong})
        with pytest.raises(ValueError, match=message):
            solver.resume(path)
        for name, w in before.items():
            np.testing.assert_array_equal(solver.model.params[name], w)
    del state["best_params"]
    write_state(path, "solver checkpoint", state)
    with pytest.raises(ValueError, match="lacks \\['best_params'\\]"):
        solver.resume(path)


def test_other_generators_are_refused(tmp_path):
    trained(folder=tmp_path, model=Restless())
    model = Restless()
    del model.rng
    with pytest.raises(ValueError, match="'model.rng' is only in the checkpoint"):
        solver_of(model=model).resume(tmp_path / "run_epoch_1.npz")
