"""A run that was stopped goes on as if it never had been."""

import csv
import os
import pathlib
import shlex
import signal
import subprocess
import sys

import dying_run
import idx_files
import numpy as np
import pytest

from minidl.storage import read_arrays, read_state, write_state
from minidl.train import Settings, resume, train, training
from minidl.train.interrupts import wish_to_stop

SETTINGS = dying_run.SETTINGS
STEPS = 5  # in an epoch


def traces(folder):
    """Return all that a run leaves behind, without how long it took."""
    with open(folder / "history.csv", newline="") as file:
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    state = read_state(folder / "last.npz", "checkpoint")
    del state["values"]["seconds"], state["values"]["settings"]
    del state["random"]  # of generators that others share, and these nets draw nothing from
    for row in state["values"]["history"]:
        del row["seconds"]
    return rows, read_arrays(folder / "best.npz"), state


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What a run leaves behind that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    train(Settings(**SETTINGS), folder, say=None)
    return traces(folder)


def require_equal(folder, whole):
    for actual, expected in zip(traces(folder), whole, strict=True):
        np.testing.assert_equal(actual, expected)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
# The first files are those of the beginning: best, history, last, config; then three an epoch.
@pytest.mark.parametrize("moment", ["step 12", "file 5", "file 6", "file 7"])
def test_a_killed_run_goes_on_bit_for_bit(moment, tmp_path, whole):
    script = str(pathlib.Path(dying_run.__file__))
    command = [sys.executable, script, str(tmp_path), moment]
    died = subprocess.run(command, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    resume(tmp_path, say=None)
    require_equal(tmp_path, whole)


@pytest.mark.parametrize("moment", [1, STEPS - 1, STEPS, 2 * STEPS + 2])
def test_ctrl_c_saves_in_the_middle_of_an_epoch(moment, tmp_path, whole, monkeypatch):
    steps, taken = training.steps, []

    def interrupted(*words):
        for loss in steps(*words):
            taken.append(loss)
            if len(taken) == moment:
                signal.raise_signal(signal.SIGINT)
            yield loss

    monkeypatch.setattr(training, "steps", interrupted)
    with pytest.raises(KeyboardInterrupt) as stop:
        train(Settings(**SETTINGS), tmp_path, say=None)
    assert str(stop.value) == (
        f"stopped in epoch {1 + moment // STEPS} of 4, and saved; go on with: "
        f"minidl train --resume --out {shlex.quote(str(tmp_path))}"
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(taken) == moment
    resume(tmp_path, say=None)
    assert len(taken) == 4 * STEPS
    require_equal(tmp_path, whole)


def test_ctrl_c_in_the_last_step_stops_nothing(tmp_path, whole, monkeypatch):
    steps, taken = training.steps, []

    def interrupted(*words):
        for loss in steps(*words):
            taken.append(loss)
            if len(taken) == 4 * STEPS:
                signal.raise_signal(signal.SIGINT)
            yield loss

    monkeypatch.setattr(training, "steps", interrupted)
    assert train(Settings(**SETTINGS), tmp_path, say=None).finished
    require_equal(tmp_path, whole)


def test_somebody_elses_answer_to_ctrl_c_is_left_alone():
    heard, before = [], signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with wish_to_stop() as wish:
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]
    assert not wish.made


def test_a_second_ctrl_c_is_not_waited_for(tmp_path, monkeypatch, whole):
    def twice(*words):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        yield pytest.fail("the second went unheard")

    with monkeypatch.context() as patch:
        patch.setattr(training, "steps", twice)
        with pytest.raises(KeyboardInterrupt):
            train(Settings(**SETTINGS), tmp_path, say=None)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resume(tmp_path, say=None)
    require_equal(tmp_path, whole)


def test_seconds_are_counted_on(tmp_path):
    train(Settings(**{**SETTINGS, "model": "softmax", "epochs": 1}), tmp_path, say=None)
    state = read_state(tmp_path / "last.npz", "checkpoint")
    state["values"]["seconds"] = 1000.0
    write_state(tmp_path / "last.npz", "checkpoint", state)
    run = resume(tmp_path, say=None, epochs=2)
    assert run.history[1]["seconds"] > 1000


def test_more_epochs(tmp_path, whole):
    train(Settings(**{**SETTINGS, "epochs": 1}), tmp_path, say=None)
    lines = []
    run = resume(tmp_path, say=lines.append, epochs=4)
    require_equal(tmp_path, whole)
    assert run.finished
    assert f'"epochs": {4}' in (tmp_path / "config.json").read_text()
    assert [line.split(":")[0] for line in lines[3:]] == [
        "epoch 2/4",
        "epoch 3/4",
        "epoch 4/4",
        "best",
    ]


def test_a_finished_run_says_so(tmp_path):
    settings = Settings(**{**SETTINGS, "epochs": 1})
    run = train(settings, tmp_path, say=None)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    lines = []
    again = resume(tmp_path, say=lines.append)
    assert lines[0] == f"{tmp_path} is finished, with 1 epochs; for more, add --epochs 2"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    np.testing.assert_equal(again.net.state_dict(), run.net.state_dict())


def test_the_best_epoch_may_lie_before_the_stop(tmp_path):
    settings = {**SETTINGS, "model": "softmax", "lr": 0.01, "lr_decay": 40.0}
    expected = train(Settings(**settings), say=None)
    assert 1 <= expected.best_epoch < 4
    train(Settings(**{**settings, "epochs": 3}), tmp_path, say=None)
    os.remove(tmp_path / "best.npz")
    run = resume(tmp_path, say=None, epochs=4)
    assert (run.best_epoch, run.best_accuracy) == (expected.best_epoch, expected.best_accuracy)
    np.testing.assert_equal(read_arrays(tmp_path / "best.npz"), expected.net.state_dict())


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The folder of a run of two epochs."""
    folder = tmp_path_factory.mktemp("begun")
    train(Settings(**{**SETTINGS, "epochs": 2}), folder, say=None)
    return folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lr": 0.1}, "lr is 0.1, and was 0.05"),
        ({"optimizer": "adam"}, "optimizer is adam, and was sgd"),
        ({"model": "mlp", "seed": 5}, "model is mlp, and was lenet5; seed is 5, and was 1"),
        ({"threads": 1}, "threads is 1, and was 2"),
        ({"batch_size": 8}, "batch_size is 8, and was 32"),
        ({"train_size": 100}, "train_size is 100, and was 160"),
        ({"epochs": 1}, "epochs is 1, and "),
        ({"data": "cifar"}, "train: no data 'cifar'; did you mean 'cifar10'?"),
    ],
)
def test_settings_that_differ_are_named(begun, change, message):
    before = {path: path.read_bytes() for path in begun.iterdir()}
    with pytest.raises(ValueError, match="^train: ") as caught:
        resume(begun, say=pytest.fail, **change)
    assert message in str(caught.value)
    assert {path: path.read_bytes() for path in begun.iterdir()} == before


def test_settings_that_do_not_exist_are_no_changes(begun):
    with pytest.raises(TypeError, match="^train: no setting 'epoch'; did you mean 'epochs'"):
        resume(begun, say=pytest.fail, epoch=5)
    with pytest.raises(TypeError, match="^train: no setting 'warp'; there are model, data, epochs"):
        resume(begun, say=pytest.fail, warp=9)


def test_settings_may_be_repeated(begun):
    assert resume(begun, say=None, lr=0.05, model="lenet5", data="mnist").finished


def test_other_data_are_refused(begun):
    folder = begun.parent / "digits"
    folder.mkdir(exist_ok=True)
    idx_files.write(folder, 160, 50)
    with pytest.raises(ValueError, match="was begun with other data: X_train is .*; name the same"):
        resume(begun, say=pytest.fail, data=str(folder))


def test_folders_without_a_run(tmp_path, begun):
    with pytest.raises(ValueError, match="holds no last.npz to go on from; name the folder of a r"):
        resume(tmp_path, say=pytest.fail)
    (tmp_path / "last.npz").write_bytes((begun / "last.npz").read_bytes()[:-100])
    with pytest.raises(ValueError, match="is damaged, truncated or no .npz file"):
        resume(tmp_path, say=pytest.fail)
