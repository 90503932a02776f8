"""Checkpoints that somebody has changed: refused in words, and nothing is touched."""

import numpy as np
import pytest

from minidl.storage import read_state, write_state
from minidl.train import Settings, resume, train


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The folder of a run of two epochs, and its checkpoint."""
    folder = tmp_path_factory.mktemp("begun")
    train(Settings(model="softmax", epochs=2, train_size=64, test_size=20), folder, say=None)
    return folder, read_state(folder / "last.npz", "checkpoint")


def changed(tree, place, value):
    """Return a copy of a tree with another value at a place; None takes it out."""
    key, *below = place
    tree = dict(tree)
    if below:
        tree[key] = changed(tree[key], below, value)
    elif value is None:
        del tree[key]
    else:
        tree[key] = value
    return tree


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("values", None, "was not written by minidl train: it has no settings"),
        ("values", [1], "was not written by minidl train: it has no settings"),
        ("values settings", [1], "its settings should be dict, got list"),
        ("values settings warp", 9, "its settings have 'warp', which nobody knows"),
        ("values settings optimizer", ["sgd"], r"train: no optimizer \['sgd'\]"),
        ("values settings data", 3, "train: data must be a name or a folder, got int"),
        ("values settings batch_size", 7, "DataLoader.load_state_dict: .* batch_size 32"),
        ("values settings model", "lenet5", "missing key 'conv1.weight'"),
        ("values data", "x", "its data should be dict, got str"),
        ("values history", 3, "its history should be list, got int"),
        ("values history", [1, 2], "its history has rows without epoch, iteration"),
        ("values history", [{}, {}], "its history has rows without epoch, iteration"),
        ("values history", [], "has 0 epochs of 2 batches behind it, and 4 losses"),
        ("values losses", [1.0], "its losses should be ndarray, got list"),
        ("values losses", np.ones((2, 2)), r"its losses are of shape \(2, 2\) and float64"),
        ("values losses", np.array(["a"]), r"its losses are of shape \(1,\) and <U1"),
        ("values losses", np.ones(100), "has 2 epochs of 2 batches behind it, and 100 losses"),
        ("values seconds", "x", "its seconds should be float, got str"),
        ("values best_epoch", None, "it has no best_epoch"),
        ("values best_weights", {}, "missing key 'fc.weight'"),
        ("parts loader epoch", 7, "has 2 epochs of 2 batches behind it, and 4 losses"),
        ("parts loader batch", 1, "has 2 epochs of 2 batches behind it, and 4 losses"),
        ("parts net", [], "load_state_dict: state_dict must be a mapping, got list"),
        ("random", [], "load_checkpoint: .* does not fit inside: AttributeError"),
        ("random np.random", {}, "the random generator 'np.random' has no state there"),
        ("random np.random", 3, "the random generator 'np.random' has no state there"),
    ],
)
def test_changes_are_refused(begun, tmp_path, place, value, message):
    _, good = begun
    write_state(tmp_path / "last.npz", "checkpoint", changed(good, place.split(" "), value))
    before = (tmp_path / "last.npz").read_bytes()
    with pytest.raises((TypeError, ValueError), match=message):
        resume(tmp_path, epochs=3, say=pytest.fail)
    assert [path.name for path in tmp_path.iterdir()] == ["last.npz"]
    assert (tmp_path / "last.npz").read_bytes() == before


def test_what_is_no_dict_is_refused(tmp_path):
    write_state(tmp_path / "last.npz", "checkpoint", ["a", "list"])
    with pytest.raises(ValueError, match="was not written by minidl train: it has no settings"):
        resume(tmp_path, say=pytest.fail)


def test_what_was_not_changed_goes_on(begun, tmp_path):
    _, good = begun
    write_state(tmp_path / "last.npz", "checkpoint", good)
    assert resume(tmp_path, epochs=3, say=None).epoch == 3
