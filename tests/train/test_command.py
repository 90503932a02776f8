"""``minidl train`` from the outside: what it prints, refuses, and answers to Ctrl-C."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

from minidl import cli, interop, models
from minidl.train import Settings, training

QUICK = ["--model", "softmax", "--train-size", "200", "--test-size", "50", "--epochs", "2"]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_lines_for_people(capsys, tmp_path):
    assert cli.main(["train", *QUICK]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    epochs = re.findall(
        r"^epoch (\d)/2: loss [\d.]+, accuracy train +[\d.]+%, test +[\d.]+%, "
        r"learning rate [\d.]+, [\d.]+ s, [\d,]+ examples/s$",
        shown.out,
        re.M,
    )
    assert epochs == ["1", "2"]
    out = os.path.join("run", "softmax-mnist-1")
    assert f"writing to {out}" in shown.out
    assert f"weights in {os.path.join(out, 'best.npz')}" in shown.out
    interop.load_weights(models.SoftmaxRegression(), tmp_path / out / "best.npz")
    assert cli.main(["train", *QUICK, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "run" / "softmax-mnist-2" / "config.json").is_file()


def test_json_for_programs(capsys):
    assert cli.main(["train", *QUICK, "--out", "here", "--json", "--seed", "7"]) == 0
    shown = capsys.readouterr()
    record = json.loads(shown.out)
    assert (record["model"], record["out"], record["seed"]) == ("softmax", "here", 7)
    assert (record["epochs"], record["finished"]) == (2, True)
    assert record["last"]["epoch"] == 2
    assert 0 < record["best_test_accuracy"] <= 1
    assert "epoch 2/2" in shown.err
    assert cli.main(["train", "--resume", "--out", "here", "--json", "--quiet"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == record
    assert shown.err == ""


def test_every_option_arrives():
    settings = {
        "model": "mlp",
        "data": "moons",
        "epochs": 1,
        "batch_size": 9,
        "optimizer": "sgd",
        "lr": 0.5,
        "momentum": 0.25,
        "lr_decay": 0.9,
        "seed": 4,
        "dtype": "float64",
        "threads": 1,
        "train_size": 30,
        "test_size": 20,
    }
    assert list(settings) == list(Settings.__slots__)
    words = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    assert cli.main(["train", *words, "--out", "here", "--quiet"]) == 0
    with open(os.path.join("here", "config.json")) as file:
        assert json.load(file)["settings"] == settings


def test_every_option_is_in_the_docs(capsys):
    with pytest.raises(SystemExit):
        cli.main(["train", "--help"])
    page = (pathlib.Path(__file__).parents[2] / "docs" / "training.md").read_text()
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help", "--debug"}
    assert options == set(re.findall(r"`(--[a-z-]+)`", page))


def test_going_on(capsys):
    assert cli.main(["train", *QUICK, "--out", "here"]) == 0
    assert cli.main(["train", "--resume", "--out", "here", "--epochs", "3"]) == 0
    assert len(re.findall(r"^epoch 3/3", capsys.readouterr().out, re.M)) == 1
    assert cli.main(["train", "--resume", "--out", "here"]) == 0
    assert "here is finished, with 3 epochs; for more, add --epochs 6" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "lenet"], "train: no model 'lenet'; did you mean 'lenet5'?"),
        (["--data", "mnits"], "train: no data 'mnits'; did you mean 'mnist'?"),
        (["--data", "spiral"], "model 'lenet5' does not fit data 'spiral'"),
        (["--lr", "-1"], "train: lr must be above 0 and finite, got -1.0"),
        (["--optimizer", "adma"], "train: no optimizer 'adma'; did you mean 'adam'?"),
        (["--resume"], "train: --resume needs --out"),
        (["--resume", "--out", "nowhere"], "train: 'nowhere' holds no last.npz to go on from"),
        (["--out", "file"], "train: cannot write 'file'"),
        (["--out", ""], "train: cannot write ''"),
        (["--out", "full"], "already holds config.json; go on with that run by --resume, or"),
        (["--data", "full"], "load_mnist: full holds none of train-images"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words, message, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "config.json").write_text("")
    assert cli.main(["train", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("minidl: ")
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--epochs", "0"], "argument --epochs: must be at least 1, got 0"),
        (["--lr", "quick"], "argument --lr: must be a number, got 'quick'"),
        (["--batch-size", "1.5"], "argument --batch-size: must be a whole number, got '1.5'"),
        (["--epoch"], "expected one argument"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_wrong_words(words, message, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["train", *words])
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_numbers_that_are_none_fail(capsys):
    words = ["train", "--lr", "1e9", "--train-size", "400", "--out", "here", "--quiet"]
    assert cli.main(words) == 1
    shown = capsys.readouterr().err
    assert re.fullmatch(r"minidl: train: epoch 1, iteration \d+: the loss is (nan|inf).*\n", shown)
    with pytest.raises(FloatingPointError):
        cli.main([*words[:-2], "there", "--debug"])


def test_ctrl_c_says_how_to_go_on(capsys, monkeypatch):
    steps = training.steps

    def interrupted(*words):
        for loss in steps(*words):
            signal.raise_signal(signal.SIGINT)
            yield loss

    with monkeypatch.context() as patch:
        patch.setattr(training, "steps", interrupted)
        assert cli.main(["train", *QUICK, "--out", "my run"]) == 130
    shown = capsys.readouterr()
    assert shown.err == (
        "stopped in epoch 1 of 2, and saved; go on with: minidl train --resume --out 'my run'\n"
    )
    assert cli.main(["train", "--resume", "--out", "my run"]) == 0
    assert "best: epoch" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process alone")
def test_ctrl_c_from_the_outside():
    command = [sys.executable, "-m", "minidl", "train", "--epochs", "100000", "--model", "softmax"]
    with subprocess.Popen(
        [*command, "--train-size", "100", "--test-size", "10", "--out", "here"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for line in process.stdout:
                if line.startswith("epoch"):
                    break
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()  # if it has not heard
    assert process.returncode == 130
    assert errors.startswith("stopped in epoch ")
    assert "Traceback" not in errors


def test_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert cli.main(["train", *QUICK]) == 0
    shown = capsys.readouterr()
    assert "epoch 1/2 [" in shown.err
    assert shown.err.endswith("\r\033[K")
    assert "\r" not in shown.out
    assert cli.main(["train", *QUICK, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
