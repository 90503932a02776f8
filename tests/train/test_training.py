"""A run learns, can be repeated, and writes down what it did."""

import csv
import itertools
import json
import re
import time

import numpy as np
import pytest

import minidl
from minidl import models, nn, optim
from minidl.interop import load_weights
from minidl.train import Settings, steps, train
from minidl.train.data import load
from minidl.train.report import summary
from minidl.train.run import Run

QUICK = {"train_size": 300, "test_size": 100, "epochs": 2}


def test_lenet5_learns_to_read(tmp_path):
    lines = []
    run = train(Settings(epochs=2), tmp_path / "run", say=lines.append)
    assert run.best_accuracy > 0.9
    assert run.history[-1]["train_accuracy"] > 0.9
    assert run.history[1]["train_loss"] < run.history[0]["train_loss"]
    assert lines[0] == (
        "lenet5 (61,706 parameters) on mnist: 5,000 training and 1,000 test examples of "
        "1 x 28 x 28 in 10 classes"
    )
    assert [line.split(":")[0] for line in lines[3:]] == ["epoch 1/2", "epoch 2/2", "best"]
    row = run.history[0]
    shown = f"loss {row['train_loss']:.4f}, accuracy train {row['train_accuracy']:7.2%}"
    assert shown in lines[3]


@pytest.mark.parametrize("model", ["lenet5", "pyramid", "mlp", "softmax"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_every_model_and_optimizer_learns(model, optimizer):
    settings = Settings(model=model, optimizer=optimizer, epochs=4, train_size=500, test_size=300)
    run = train(settings, say=None)
    assert run.history[-1]["train_loss"] < run.history[0]["train_loss"]
    assert run.best_accuracy > 0.5


def test_points_in_the_plane():
    settings = Settings(model="mlp", data="moons", epochs=30, lr_decay=1.0, lr=0.3)
    assert train(settings, say=None).best_accuracy > 0.95


def test_equal_settings_give_equal_runs():
    first, again = (train(Settings(seed=3, **QUICK), say=None) for _ in range(2))
    other = train(Settings(seed=4, **QUICK), say=None)
    assert without_seconds(first.history) == without_seconds(again.history)
    assert without_seconds(first.history) != without_seconds(other.history)
    for name, w in first.net.state_dict().items():
        np.testing.assert_array_equal(w, again.net.state_dict()[name], err_msg=name)


def without_seconds(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def test_a_run_is_the_loop_that_anyone_would_write():
    """The first epoch once more, by hand."""
    run = train(Settings(epochs=1, train_size=300, test_size=100, seed=5), say=None)
    data = load("mnist", 300, 100)
    net = models.LeNet5(rng=np.random.default_rng(5))
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for X, y in minidl.datasets.DataLoader(data.X_train, data.y_train, 32, shuffle=True, seed=5):
        optimizer.zero_grad()
        losses.append(criterion(net(X), y))
        net.backward(criterion.backward())
        optimizer.step()
    (row,) = run.history
    assert row["train_loss"] == np.mean(losses)
    assert row["iteration"] == len(losses) == 10
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(run.net.state_dict()[name], array, err_msg=name)
    for part, X, y in (
        ("train", data.X_train, data.y_train),
        ("test", data.X_test, data.y_test),
    ):
        assert row[f"{part}_accuracy"] == np.mean(net(X).argmax(axis=1) == y)


def test_the_learning_rate_falls():
    run = train(Settings(lr=0.02, lr_decay=0.5, **{**QUICK, "epochs": 3}), say=None)
    assert [row["learning_rate"] for row in run.history] == [0.02, 0.01, 0.005]


def test_what_is_written(tmp_path):
    settings = Settings(model="mlp", seed=2, threads=1, **{**QUICK, "epochs": 4})
    run = train(settings, tmp_path / "deep" / "run", say=None)
    out = tmp_path / "deep" / "run"
    assert sorted(path.name for path in out.iterdir()) == [
        "best.npz",
        "config.json",
        "history.csv",
        "last.npz",
    ]
    config = json.loads((out / "config.json").read_text())
    assert config["settings"]["seed"] == 2
    assert config["settings"]["lr"] == 0.05
    assert config["settings"]["threads"] == 1
    assert Settings(**config["settings"]) == settings
    assert config["versions"]["minidl"] == minidl.__version__
    assert config["versions"]["numpy"] == np.__version__
    assert config["data"]["training examples"] == 300
    assert config["parameters"] == 101770
    with open(out / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "epoch",
        "iteration",
        "train_loss",
        "train_accuracy",
        "test_accuracy",
        "learning_rate",
        "seconds",
    ]
    assert [{key: float(value) for key, value in row.items()} for row in rows] == list(run.history)
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4]
    seconds = [float(row["seconds"]) for row in rows]
    assert 0 < seconds[0] < seconds[1] < seconds[2] < seconds[3]


def test_the_best_weights_are_kept(tmp_path):
    """A rate that is too high at the end: the last epoch is not the best."""
    settings = Settings(model="softmax", lr=0.01, lr_decay=40.0, **{**QUICK, "epochs": 4})
    run = train(settings, tmp_path, say=None)
    accuracies = [row["test_accuracy"] for row in run.history]
    assert run.best_accuracy == max(accuracies) > accuracies[-1]
    assert run.best_epoch == 1 + accuracies.index(max(accuracies))
    net = models.SoftmaxRegression()
    load_weights(net, tmp_path / "best.npz")
    X, y = run.data.X_test, run.data.y_test
    assert np.mean(net(X).argmax(axis=1) == y) == run.best_accuracy
    assert np.mean(run.net(X).argmax(axis=1) == y) == run.best_accuracy
    assert summary(run)["best_epoch"] == run.best_epoch


def test_of_equal_epochs_the_first_is_the_best():
    run = Run(Settings(model="softmax", **QUICK))
    run.losses = [1.0] * len(run.loader)
    for accuracy, best in [(0.25, 1), (0.25, 1), (0.5, 3), (0.5, 3)]:
        run.end_epoch(0.5, accuracy)
        assert (run.best_epoch, run.best_accuracy) == (best, accuracy)


def test_a_net_is_measured_in_evaluation_mode_and_trained_in_the_other():
    run = Run(Settings(model="softmax", **QUICK))
    forward, modes = run.net.forward, set()
    run.net.forward = lambda x: modes.add(run.net.training) or forward(x)
    run.accuracy("test")
    assert modes == {False}
    assert run.net.training


def test_speed_counts_each_example_once(monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))  # each look takes a second
    lines = []
    settings = Settings(model="softmax", **{**QUICK, "batch_size": 1000, "epochs": 1})
    train(settings, say=lines.append)
    speed = int(re.search("([0-9]+) examples/s", lines[-2]).group(1))
    assert 0 < speed <= QUICK["train_size"]


def test_threads_are_put_back(threads):
    threads(3)
    run = train(Settings(model="softmax", threads=1, **QUICK), say=None)
    assert minidl.get_num_threads() == 3
    assert run.settings.threads == 1


def test_float64():
    run = train(Settings(model="mlp", dtype="float64", **QUICK), say=None)
    assert {w.dtype.name for w in run.net.state_dict().values()} == {"float64"}


def test_a_model_that_does_not_fit_is_refused_before_training(tmp_path):
    with pytest.raises(ValueError, match="'conv1'.* received \\(2,\\) .*; models that fit: mlp, s"):
        train(Settings(data="spiral"), tmp_path / "run", say=pytest.fail)
    with pytest.raises(ValueError, match="model 'pyramid' does not fit data 'xor': PyramidNet: "):
        train(Settings(model="pyramid", data="xor"), tmp_path / "run", say=pytest.fail)
    assert not (tmp_path / "run").exists()


def test_numbers_that_are_none_name_place_and_layer(tmp_path):
    with pytest.raises(FloatingPointError) as caught:
        train(Settings(lr=1e9, **QUICK), tmp_path, say=None)
    message = str(caught.value)
    assert message.startswith("train: epoch 1, iteration ")
    assert "forward pass of layer " in message
    assert message.endswith("; try a learning rate ten times smaller (it is 1e+09)")
    assert "\n" not in message


def test_the_layer_that_is_to_blame_is_named():
    net = models.MLP((2,), 3)
    net.fc2.weight.data[1, 4] = np.nan
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    batches = [(np.ones((4, 2), np.float32), np.array([0, 1, 2, 0]))]
    with pytest.raises(FloatingPointError, match="'fc2'.* not the layer is to blame but its w"):
        list(steps(net, nn.CrossEntropyLoss(), optimizer, batches))
    assert optimizer.state_dict()["state"] == [{}, {}, {}, {}]  # no step was taken


def test_a_loss_that_is_infinite_is_none():
    class Infinite(nn.CrossEntropyLoss):
        def __call__(self, scores, y):
            return super().__call__(scores, y) * np.inf

    net = models.SoftmaxRegression((2,), 3)
    batches = [(np.ones((4, 2), np.float32), np.array([0, 1, 2, 0]))]
    expected = "^the loss is inf: the scores are finite, but too large; try a learning rate ten"
    with pytest.raises(FloatingPointError, match=expected):
        list(steps(net, Infinite(), optim.SGD(net.parameters(), lr=0.1), batches))


def test_the_last_step_is_looked_at_too():
    """One batch is one step: no later loss can show that its weights are none."""
    settings = Settings(model="softmax", lr=1e300, batch_size=300, **{**QUICK, "epochs": 1})
    with pytest.raises(FloatingPointError, match="epoch 1, iteration 1: the net answers with nan"):
        train(settings, say=None)
