"""One file of CIFAR-10: what it holds, and what it must hold."""

import gzip
import pickle
import re

import cifar_files
import numpy as np
import pytest

from minidl.datasets import read_cifar10_batch


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data_batch_1"


@pytest.mark.parametrize("n", [0, 1, 7, 300])
def test_any_number_of_images(path, n, rng):
    images = rng.integers(0, 256, (n, 3072), dtype=np.uint8)
    labels = rng.integers(0, 10, n)
    path.write_bytes(cifar_files.batch(images, labels.tolist()))
    X, y = read_cifar10_batch(path)
    np.testing.assert_array_equal(X, images.reshape(n, 3, 32, 32), strict=True)
    np.testing.assert_array_equal(y, labels, strict=True)


def test_ten_thousand_images(path, rng):
    """The size of the real files, whose label and file names are as many instructions."""
    images = rng.integers(0, 256, (10_000, 3072), dtype=np.uint8)
    path.write_bytes(cifar_files.batch(images, [3] * 10_000))
    X, y = read_cifar10_batch(bytes(path))
    assert X.shape == (10_000, 3, 32, 32)
    np.testing.assert_array_equal(X.reshape(10_000, -1), images)
    assert y.sum() == 30_000


@pytest.mark.parametrize("kind", [str, str.encode])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_keys_of_text_or_bytes_and_labels_in_an_array(path, kind, protocol, rng):
    images = rng.integers(0, 256, (3, 3072), dtype=np.uint8)
    for labels in ([1, 2, 3], np.array([1, 2, 3])):
        content = {kind("data"): np.asfortranarray(images), kind("labels"): labels}
        path.write_bytes(pickle.dumps(content, protocol))
        X, y = read_cifar10_batch(path)
        np.testing.assert_array_equal(X.reshape(3, -1), images)
        np.testing.assert_array_equal(y, [1, 2, 3])


IMAGES = np.zeros((2, 3072), dtype=np.uint8)
GOOD = {"data": IMAGES, "labels": [0, 9]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([1, 2], "holds a list, and a batch is a dict"),
        ({}, "has no 'data'; its keys are none"),
        (
            {"data": IMAGES, "fine_labels": [0, 1]},
            "has no 'labels'; its keys are data, fine_labels",
        ),
        (
            GOOD | {"data": IMAGES.astype(float)},
            "data must be uint8 (N, 3072), got float64 (2, 3072)",
        ),
        (GOOD | {"data": IMAGES[:, 1:]}, "data must be uint8 (N, 3072), got uint8 (2, 3071)"),
        (GOOD | {"data": IMAGES[0]}, "data must be uint8 (N, 3072), got uint8 (3072,)"),
        (GOOD | {"data": [1]}, "data must be uint8 (N, 3072), got list"),
        (GOOD | {"labels": [1]}, "labels must be 2, one for each image, got 1"),
        (GOOD | {"labels": "ab"}, "labels must be 2, one for each image, got str"),
        (GOOD | {"labels": [1, 10]}, "label 1 is 10, and classes are 0 to 9"),
        (GOOD | {"labels": [-1, 1]}, "label 0 is -1, and classes are 0 to 9"),
        (GOOD | {"labels": [1, 1.0]}, "label 1 is float, and classes are 0 to 9"),
        (GOOD | {"labels": [[], 1]}, "label 0 is list, and classes are 0 to 9"),
        (GOOD | {"labels": np.array([1.0, 2.0])}, "label 0 is float"),
    ],
)
def test_other_contents(path, content, message):
    path.write_bytes(pickle.dumps(content, 2))
    with pytest.raises(ValueError, match=f"read_cifar10_batch: '{path}'.*" + re.escape(message)):
        read_cifar10_batch(path)


def test_other_files(path):
    with pytest.raises(FileNotFoundError, match="data_batch_1"):
        read_cifar10_batch(path)
    good = cifar_files.batch(IMAGES, [0, 9])
    for content, message in [
        (b"", "is no pickle of protocol 2 or later"),
        (good[:-9], "is truncated"),
        (gzip.compress(good), "is compressed by gzip; unpack it first"),
        (pickle.dumps(print, 2), "asks for '__builtin__.print'; a data file has no use for it"),
    ]:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=re.escape(message)):
            read_cifar10_batch(path)
