"""A run overwrites nothing, and says before it starts what it cannot write."""

import errno
import json
import os

import pytest

from minidl import cli
from minidl.train import Settings, resume, train, training
from minidl.train.folder import PICTURES, NextFolder

QUICK = {"model": "softmax", "train_size": 50, "test_size": 20, "epochs": 2}


@pytest.mark.parametrize("name", ["config.json", "history.csv", "last.npz", "best.npz", *PICTURES])
def test_nothing_is_overwritten(name, tmp_path):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ValueError, match=f"already holds {name}; go on with that run by --resume"):
        train(Settings(**QUICK), tmp_path, say=pytest.fail)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_other_files_do_not_matter(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert train(Settings(**QUICK), tmp_path, say=None).finished
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "run").write_text("mine")
    for out in (tmp_path / "run", tmp_path / "run" / "below"):
        with pytest.raises(OSError, match="^train: cannot write .*; choose another --out$"):
            train(Settings(**QUICK), out, say=pytest.fail)


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="root may write anywhere, and Windows has other permissions",
)
def test_a_folder_that_may_not_be_written_to(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OSError, match="train: cannot write .*: Permission denied; choose anot"):
            train(Settings(**QUICK), tmp_path, say=pytest.fail)
    finally:
        tmp_path.chmod(0o700)


def test_a_full_disk(tmp_path, monkeypatch):
    """Before the first step nothing stays behind; later, the run can go on."""
    fsync, left = os.fsync, [0]

    def full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    expected = f"cannot write .*best.npz.*: {os.strerror(errno.ENOSPC)}; choose another --out$"
    with pytest.raises(OSError, match=expected):
        train(Settings(**QUICK), tmp_path, say=pytest.fail)
    assert not list(tmp_path.iterdir())

    left[0] = 12
    with pytest.raises(OSError, match="cannot write .*; mend that and go on with --resume$"):
        train(Settings(**QUICK), tmp_path, say=None)
    monkeypatch.setattr(os, "fsync", fsync)
    run = resume(tmp_path, say=None)
    assert [row["epoch"] for row in run.history] == [1, 2]


def test_what_was_written_before_a_disk_was_full_goes(tmp_path, monkeypatch):
    replace, left = os.replace, [2]

    def full(*names):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(*names)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="cannot write .*last.npz"):
        train(Settings(**QUICK), tmp_path, say=pytest.fail)
    assert not list(tmp_path.iterdir())


def meanwhile(monkeypatch, other):
    """Let another run begin while the first one loads its data."""
    made = training.Run

    def late(settings):
        run = made(settings)
        if settings.seed == 1:
            other()
        return run

    monkeypatch.setattr(training, "Run", late)


def test_of_two_runs_that_begin_at_once_in_a_folder_one_is_refused(tmp_path, monkeypatch):
    meanwhile(monkeypatch, lambda: train(Settings(seed=2, **QUICK), tmp_path, say=None))
    with pytest.raises(ValueError, match="already holds config.json, history.csv, last.npz"):
        train(Settings(seed=1, **QUICK), tmp_path, say=pytest.fail)
    assert json.loads((tmp_path / "config.json").read_text())["settings"]["seed"] == 2


def test_two_runs_that_begin_at_once_have_a_folder_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["train", "--model", "softmax", "--train-size", "50", "--test-size", "20", "--quiet"]
    meanwhile(monkeypatch, lambda: cli.main([*words, "--epochs", "1", "--seed", "2"]))
    assert cli.main([*words, "--epochs", "1", "--seed", "1"]) == 0
    for number, seed in (1, 2), (2, 1):
        config = tmp_path / "run" / f"softmax-mnist-{number}" / "config.json"
        assert json.loads(config.read_text())["settings"]["seed"] == seed


def test_next_folders_are_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run" / "softmax-mnist-1").mkdir(parents=True)
    (tmp_path / "run" / "softmax-mnist-2").write_text("mine")
    (tmp_path / "run" / "softmax-digits-3").mkdir()
    run = train(Settings(**QUICK), NextFolder("softmax", "mnist"), say=None)
    assert run.out == os.path.join("run", "softmax-mnist-3")
    assert NextFolder("mlp", os.path.join("some", "digits", "")).path == os.path.join(
        "run", "mlp-digits-1"
    )


def test_a_file_where_all_runs_should_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").write_text("mine")
    with pytest.raises(OSError, match="^train: cannot write .*; choose another --out$"):
        train(Settings(**QUICK), NextFolder("softmax", "mnist"), say=pytest.fail)
