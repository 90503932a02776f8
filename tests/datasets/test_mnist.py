"""The bundled digits, a user's own files, and files that are not what they should be."""

import gzip
import re
import struct

import numpy as np
import pytest

from minidl.datasets import load_mnist, mnist, read_idx


def idx(array, code=8):
    """Return an array of bytes as the content of an IDX file."""
    array = np.asarray(array, dtype=np.uint8)
    return (
        struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape) + array.tobytes()
    )


@pytest.fixture
def folder(tmp_path, rng):
    """A tiny data set in four files."""
    for part, n in (("train", 4), ("t10k", 2)):
        images, labels = rng.integers(0, 256, (n, 5, 6)), np.arange(n)
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return tmp_path


def test_bundled_digits():
    data = load_mnist()
    assert {key: value.shape for key, value in data.items()} == {
        "X_train": (5000, 1, 28, 28),
        "y_train": (5000,),
        "X_test": (1000, 1, 28, 28),
        "y_test": (1000,),
    }
    for part in ("train", "test"):
        X, y = data[f"X_{part}"], data[f"y_{part}"]
        assert (X.dtype, y.dtype) == (np.float32, np.int64)
        assert (X.min(), X.max()) == (0, 1)
        assert set(y) == set(range(10))
    assert np.bincount(data["y_test"]).tolist() == [114, 105, 104, 107, 100, 83, 92, 91, 97, 107]
    assert data["y_train"][:8].tolist() == [4, 3, 2, 1, 3, 9, 6, 9]


def test_source_and_licence_stand_beside_the_digits():
    text = (mnist.BUNDLED / "README.md").read_text()
    for word in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0"):
        assert word in text


def test_own_files_plain_and_gzipped(folder):
    data = load_mnist(folder)
    assert data["X_train"].shape == (4, 1, 5, 6)
    np.testing.assert_array_equal(data["y_train"], [0, 1, 2, 3])
    raw = read_idx(folder / "train-images-idx3-ubyte", 3)
    np.testing.assert_array_equal(data["X_train"][:, 0], raw.astype(np.float32) / 255)
    assert load_mnist(str(folder))["X_test"].shape == (2, 1, 5, 6)


def test_the_other_spelling_of_the_names(folder):
    (folder / "t10k-images-idx3-ubyte").rename(folder / "t10k-images.idx3-ubyte")
    assert load_mnist(folder)["X_test"].shape == (2, 1, 5, 6)


def test_missing_file_and_folder(folder):
    (folder / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(
        FileNotFoundError, match="holds none of t10k-images-idx3-ubyte, t10k-images"
    ):
        load_mnist(folder)
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        load_mnist(folder / "nothing")


IMAGES = "train-images-idx3-ubyte"
GOOD = idx(np.zeros((4, 5, 6)))
ZIPPED = gzip.compress(GOOD)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with 00 00 08 03, and this file with nothing"),
        (b"\x00\x00", "and this file with 00 00"),
        (b"PK\x03\x04" + GOOD, "and this file with 50 4b 03 04"),
        (idx(np.zeros(4)), "starts with 00 00 08 03, and this file with 00 00 08 01"),
        (idx(np.zeros((4, 5, 6)), code=0x0D), "and this file with 00 00 0d 03"),
        (GOOD[:9], "the file ends within its header"),
        (GOOD[:-1], "the header claims 4 x 5 x 6 = 120 bytes, the file holds 119"),
        (GOOD + b"x", "the file goes on after its 4 x 5 x 6 = 120 bytes"),
        (
            struct.pack(">BBBB3I", 0, 0, 8, 3, 2**32 - 1, 2**32 - 1, 9),
            "more than 1073741824 are refused",
        ),
        (ZIPPED[:-9], "the gzip file is truncated or damaged"),
        (ZIPPED[:20], "the gzip file is truncated or damaged"),
        (ZIPPED[:2], "the gzip file is truncated or damaged"),
        (ZIPPED[:12] + b"\xff\xff\xff" + ZIPPED[15:], "the gzip file is truncated or damaged"),
        (gzip.compress(GOOD[:-1]), "the file holds 119"),
    ],
)
def test_damaged_files_are_named(folder, content, message):
    (folder / IMAGES).write_bytes(content)
    with pytest.raises(ValueError, match=f"{IMAGES}: .*" + re.escape(message)):
        load_mnist(folder)


def test_headers_that_claim_strange_axes(tmp_path):
    path = tmp_path / "idx"
    path.write_bytes(struct.pack(">BBBB3I", 0, 0, 8, 3, 0, 2**32 - 1, 2**32 - 1))
    with pytest.raises(ValueError, match="more than 1073741824 are refused"):
        read_idx(path, 3)
    path.write_bytes(struct.pack(">BBBB3I", 0, 0, 8, 3, 0, 28, 28))
    assert read_idx(path, 3).shape == (0, 28, 28)
    for n_axes in (0, 33, 256, "3", 3.0, True):
        with pytest.raises((TypeError, ValueError), match="read_idx: n_axes must be"):
            read_idx(path, n_axes)


def test_files_that_do_not_belong_together(folder):
    (folder / IMAGES).write_bytes(idx(np.zeros((3, 5, 6))))
    with pytest.raises(ValueError, match="holds 3 images, and train-labels-idx1-ubyte.gz 4 labels"):
        load_mnist(folder)
    (folder / IMAGES).write_bytes(idx(np.zeros((4, 6, 5))))
    with pytest.raises(ValueError, match=re.escape("training images are (6, 5) pixels")):
        load_mnist(folder)


def test_labels_that_are_no_digits(folder):
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(idx([0, 1, 10, 3]))
    with pytest.raises(ValueError, match="label 2 of train-labels-idx1-ubyte.gz is 10"):
        load_mnist(folder)
