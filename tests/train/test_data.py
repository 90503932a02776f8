"""Data sets by name and by folder, in one form."""

import os

import cifar_files
import idx_files
import numpy as np
import pytest

from minidl import datasets
from minidl.train.data import DATA, load


def test_the_bundled_digits():
    data, mnist = load("mnist"), datasets.load_mnist()
    for name, array in mnist.items():
        np.testing.assert_array_equal(getattr(data, name), array)
    assert (data.shape, data.n_classes) == ((1, 28, 28), 10)
    assert data.facts()["training examples"] == 5000


def test_few_examples_are_evenly_spaced():
    data, mnist = load("mnist", 4, 3), datasets.load_mnist()
    np.testing.assert_array_equal(data.X_train, mnist["X_train"][[0, 1250, 2500, 3750]])
    np.testing.assert_array_equal(data.y_train, mnist["y_train"][[0, 1250, 2500, 3750]])
    np.testing.assert_array_equal(data.X_test, mnist["X_test"][[0, 333, 666]])
    np.testing.assert_array_equal(data.y_test, mnist["y_test"][[0, 333, 666]])
    assert data.facts()["fingerprint"] != load("mnist", 5, 3).facts()["fingerprint"]


@pytest.mark.parametrize("name", ["spiral", "moons", "xor"])
def test_points(name):
    data = load(name)
    assert data.shape == (2,)
    assert sorted(set(data.y_train)) == sorted(set(data.y_test)) == list(range(data.n_classes))
    assert not np.array_equal(data.X_train, data.X_test)
    np.testing.assert_array_equal(data.X_test, load(name).X_test)


def test_a_folder_of_digits(tmp_path):
    idx_files.write(tmp_path, size=20)
    data = load(str(tmp_path))
    assert data.X_train.shape == (6, 1, 20, 20)
    assert data.X_train.max() == 1
    assert data.y_test.tolist() == [0, 1, 2]


def test_a_folder_of_cifar10(tmp_path, monkeypatch):
    images, labels = cifar_files.write(tmp_path / "batches")
    data = load(str(tmp_path / "batches"))
    assert (data.shape, data.n_classes, data.X_train.dtype) == ((3, 32, 32), 10, "float32")
    np.testing.assert_array_equal(data.X_train, images[:-6].astype(np.float32) / 255)
    np.testing.assert_array_equal(data.y_test, labels[-6:])
    few = load(str(tmp_path / "batches"), 2, 2)
    np.testing.assert_array_equal(few.X_train, data.X_train[[0, 10]])
    monkeypatch.setenv("MINIDL_CIFAR10_DIR", str(tmp_path / "batches"))
    np.testing.assert_array_equal(load("cifar10").X_test, data.X_test)


def test_cifar10_that_is_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("MINIDL_CIFAR10_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="train: found no cifar-10-batches-py"):
        load("cifar10")


def test_refusals(tmp_path):
    with pytest.raises(ValueError, match="^train: no data 'mnits'; did you mean 'mnist'\\?$"):
        load("mnits")
    with pytest.raises(ValueError, match=f"no data 'pets'; there are {', '.join(DATA)}, and fold"):
        load("pets")
    with pytest.raises(ValueError, match="no data '~nobody-at-all'; there are mnist"):
        load("~nobody-at-all")
    somewhere = os.path.join("not", "here")
    with pytest.raises(ValueError, match="no data '.*': there is no folder '.*here'$") as caught:
        load(somewhere)
    assert repr(os.path.abspath(somewhere)) in str(caught.value)
    with pytest.raises(ValueError, match="train_size is 5001, and data 'mnist' has 5000 training"):
        load("mnist", train_size=5001)
    with pytest.raises(ValueError, match="test_size is 1001, and data 'mnist' has 1000 test"):
        load("mnist", test_size=1001)
    with pytest.raises(FileNotFoundError, match="holds none of train-images"):
        load(str(tmp_path))
    idx_files.write(tmp_path, n_test=0)
    with pytest.raises(ValueError, match="has no test examples"):
        load(str(tmp_path))
    with pytest.raises(ValueError, match="is a file; name the folder that it is in"):
        load(str(tmp_path / "t10k-labels-idx1-ubyte"))
