"""Every example runs from a clone and shows what it promises."""

import importlib.util
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

from minidl import models

FOLDER = pathlib.Path(__file__).parents[1] / "examples"


def run(name, *words, cwd=None):
    result = subprocess.run(
        [sys.executable, FOLDER / name, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_sgd_step():
    shown = run("sgd_step.py")
    for line in [
        "convolution   [[36.0, 47.0], [69.0, 80.0]]",
        "sum           232",
        "loss          4\n",
        "gradient      [[48.0, 64.0], [96.0, 112.0]]",
        "new weights   [[2.52, 1.36], [0.04, 3.88]]",
        "loss after    4678.56",
    ]:
        assert shown.count(line) == 3, line  # naive, fast, modules
    assert "The loss went up, from 4 to 4678.56" in shown


def test_train_lenet(tmp_path):
    shown = run("train_lenet.py", "--epochs", "2", "--out", "weights.npz", cwd=tmp_path)
    accuracies = [float(a) for a in re.findall(r"test accuracy ([\d.]+)%", shown)]
    assert len(accuracies) == 2
    assert accuracies[1] > 90
    assert "digits were misread" in shown
    assert re.search(r"\d, read as \d", shown)
    with np.load(tmp_path / "weights.npz") as file:
        models.LeNet5().load_state_dict(file)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--epochs", "0"), "--epochs must be at least 1, got 0"),
        (("--out", "weights.txt"), "--out must name an .npz file in a folder that exists"),
        (("--out", "nowhere/weights.npz"), "--out must name an .npz file in a folder that exists"),
    ],
)
def test_train_lenet_refuses_before_it_trains(words, message, tmp_path):
    command = [sys.executable, FOLDER / "train_lenet.py", *words]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert message in result.stderr


@pytest.mark.slow  # trains three nets for ten epochs, to hold the promise of the README
def test_lenet_reads_well(tmp_path):
    accuracies = []
    for seed in range(3):
        shown = run("train_lenet.py", "--seed", str(seed), cwd=tmp_path)
        accuracies.append(float(re.findall(r"test accuracy ([\d.]+)%", shown)[9]))
    assert np.mean(accuracies) >= 96.5


def test_naive_vs_fast():
    shown = run("naive_vs_fast.py")
    rows = [line.split() for line in shown.splitlines()[1:9]]
    for step, naive, fast in rows:
        assert abs(float(naive) - float(fast)) < 1e-5 * float(naive), step
    assert re.search(r"\d+ times faster", shown)


def test_train_tiny():
    shown = run("train_tiny.py")
    assert float(re.findall(r"accuracy ([\d.]+)%", shown)[-1]) > 95
    assert len((FOLDER / "train_tiny.py").read_text().splitlines()) < 30


def test_tensorflow_gradients():
    shown = run("tensorflow_gradients.py")
    for title, array in [
        ("1. conv2d_backprop_input, VALID", "[[-3, -1, 4], [1, 1, -2], [10, 2, -12]]"),
        ("2. conv2d_backprop_filter, VALID", "[[-37, -47], [-67, -77]]"),
        ("3. conv2d_backprop_input, SAME", "[[-3, -1, 13], [1, 1, 1], [1, 2, -13]]"),
        ("4. conv2d_backprop_filter, SAME", "[[-1, -54], [-43, -77]]"),
        ("if the top and the left were padded instead", "[[1, 1, 2], [2, -13, -20], [2, 29, 6]]"),
    ]:
        assert f"{title}\n  {array}\n" in shown
    assert "prints the first example's variable by mistake" in shown


def test_keras_shapes():
    lines = [re.split("  +", line) for line in run("keras_shapes.py").splitlines()]
    image, kernel = "(1, 32, 32, 3)", "(5, 5, 3, 4)"
    assert lines[1:] == [
        [image, "4", "5", "1", "valid", "(1, 28, 28, 4)", kernel, "(4,)"],
        [image, "4", "5", "1", "same", "(1, 32, 32, 4)", kernel, "(4,)"],
        [image, "4", "5", "2", "same", "(1, 16, 16, 4)", kernel, "(4,)"],
        [image, "4", "5", "2", "valid", "(1, 14, 14, 4)", kernel, "(4,)"],
        ["(2, 28, 28, 3)", "16", "3", "1", "1 each", "(2, 28, 28, 16)", "(3, 3, 3, 16)", "(16,)"],
    ]


@pytest.mark.parametrize("name", ["cs231n_two_layer.py", "cs231n_convnet.py"])
def test_the_courses_path(name, tmp_path):
    """Gradients, first loss, a few images by heart, training, filters."""
    picture = tmp_path / "filters.png"
    words = ["--epochs", "2"]
    if importlib.util.find_spec("matplotlib"):
        words += ["--picture", str(picture)]
    shown = run(name, *words)
    gradients = shown.split("2. ")[0]
    errors = [float(error) for error in re.findall(r"relative error (\S+)", gradients)]
    assert len(errors) >= 3
    assert max(errors) < 1e-5
    first_loss = float(re.search(r"the first loss is ([\d.]+)", shown)[1])
    assert first_loss == pytest.approx(np.log(10), abs=0.2)
    assert "accuracy 100%" in shown
    assert float(re.search(r"test accuracy ([\d.]+)%", shown)[1]) > 85
    assert len([line for line in shown.splitlines() if len(line) == 3 * 28 + 2 * 3]) >= 10
    if len(words) > 2:
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_every_example_is_tested():
    tested = pathlib.Path(__file__).read_text()
    for path in FOLDER.glob("*.py"):
        assert f'"{path.name}"' in tested, path.name


@pytest.mark.parametrize("name", ["cs231n_two_layer.py", "cs231n_convnet.py"])
def test_a_picture_that_cannot_be_drawn_is_refused_before_training(name, tmp_path):
    (tmp_path / "without.py").write_text(
        "import runpy, sys\n"
        "from importlib import util\n"
        "util.find_spec = lambda name: None\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    result = subprocess.run(
        [sys.executable, tmp_path / "without.py", FOLDER / name, "--picture", "a.png"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "--picture needs matplotlib: pip install matplotlib" in result.stderr
    assert not result.stdout
