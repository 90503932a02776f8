"""A run overwrites nothing, and says before it starts what it cannot write."""

import errno
import os

import pytest

from minidl.train import Settings, resume, train
from minidl.train.folder import PICTURES, free_folder

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


def test_free_folders_are_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert free_folder("mlp", "mnist") == os.path.join("run", "mlp-mnist-1")
    (tmp_path / "run" / "mlp-mnist-1").mkdir(parents=True)
    (tmp_path / "run" / "mlp-digits-1").mkdir()
    assert free_folder("mlp", "mnist") == os.path.join("run", "mlp-mnist-2")
    assert free_folder("mlp", os.path.join("some", "digits", "")) == os.path.join(
        "run", "mlp-digits-2"
    )
