"""Pictures of a run: which are drawn, of what, and what is refused before training."""

import sys

import cifar_files
import numpy as np
import pytest

from minidl import cli
from minidl.train import Settings, resume, train
from minidl.train.pictures import draw, require_pictures

QUICK = {"train_size": 200, "test_size": 50, "epochs": 2}


def pictures(folder):
    found = sorted(folder.glob("*.png"))
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in found)
    return [path.name for path in found]


class Album:
    """Keeps what a folder would write."""

    def __init__(self):
        self.axes = {}

    def save_picture(self, name, ax):
        self.axes[name] = ax
        return name


def test_all_four(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    words = ["train", "--train-size", "200", "--test-size", "50", "--epochs", "1", "--plot"]
    assert cli.main([*words, "--out", str(tmp_path / "run")]) == 0
    assert pictures(tmp_path / "run") == [
        "confusion.png",
        "curves.png",
        "filters.png",
        "misread.png",
    ]
    assert "pictures: " in capsys.readouterr().out.splitlines()[-1]


def test_only_those_that_make_sense(tmp_path):
    pytest.importorskip("matplotlib")
    train(Settings(model="softmax", **QUICK), tmp_path / "flat", plot=True, say=None)
    assert pictures(tmp_path / "flat") == ["confusion.png", "curves.png", "misread.png"]
    settings = Settings(model="mlp", data="xor", **QUICK)
    train(settings, tmp_path / "points", plot=True, say=None)
    assert pictures(tmp_path / "points") == ["confusion.png", "curves.png"]


def test_a_finished_run_can_be_drawn_later(tmp_path):
    pytest.importorskip("matplotlib")
    train(Settings(model="softmax", **QUICK), tmp_path, say=None)
    assert pictures(tmp_path) == []
    resume(tmp_path, plot=True, say=None)
    assert pictures(tmp_path) == ["confusion.png", "curves.png", "misread.png"]


def test_what_they_show():
    pytest.importorskip("matplotlib")
    run = train(Settings(model="softmax", **QUICK), say=None)
    album, forward, modes = Album(), run.net.forward, set()
    run.net.train()
    run.net.forward = lambda x: modes.add(run.net.training) or forward(x)
    assert draw(run, album) == ["curves.png", "confusion.png", "misread.png"]
    assert modes == {False}
    left, right = album.axes["curves.png"].figure.axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), run.losses)
    shares = [row["test_accuracy"] for row in run.history]
    np.testing.assert_allclose(right.lines[1].get_ydata(), np.multiply(shares, 100))
    correct = f"{run.best_accuracy:.1%}".replace("%", " %")
    assert correct in album.axes["confusion.png"].get_title(loc="left")


def test_colours_and_names_of_classes(tmp_path):
    pytest.importorskip("matplotlib")
    cifar_files.write(tmp_path / "cifar")
    settings = Settings(model="pyramid", data=tmp_path / "cifar", epochs=1)
    album = Album()
    draw(train(settings, say=None), album)
    ticks = [text.get_text() for text in album.axes["confusion.png"].get_yticklabels()]
    assert ticks[:3] == ["airplane", "automobile", "bird"]
    assert len(album.axes) == 4


@pytest.mark.parametrize("go", [train, resume])
def test_without_matplotlib_nothing_begins(go, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    words = (Settings(**QUICK), tmp_path / "run") if go is train else (tmp_path / "run",)
    with pytest.raises(ImportError, match='run pip install "minidl\\[plot\\]", or leave --pl'):
        go(*words, plot=True, say=pytest.fail)
    assert not (tmp_path / "run").exists()
    with pytest.raises(ImportError, match="train: --plot: matplotlib cannot be imported"):
        require_pictures()


def test_pictures_need_a_place():
    with pytest.raises(ValueError, match="train: plot needs out, a folder for the pictures"):
        train(Settings(**QUICK), plot=True, say=pytest.fail)
    with pytest.raises(TypeError, match="train: plot must be True or False, got 'yes'"):
        train(Settings(**QUICK), plot="yes", say=pytest.fail)
