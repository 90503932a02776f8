"""What to train on: data sets by name or folder, in one form, and fewer of them for a quick try."""

import os
import pathlib
from dataclasses import dataclass, replace

import numpy as np

from minidl.datasets import load_mnist, spiral, two_moons, xor
from minidl.datasets.cifar10 import TEST, TRAINING, cifar10_folder, read_files
from minidl.solver.state import fingerprint
from minidl.spelling import near_miss

CIFAR10 = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Examples and their classes, for training and for testing.

    Attributes
    ----------
    name : str
        As it was asked for.
    X_train, X_test : ndarray of shape (N, ...), float32
        Images are (N, C, H, W), in [0, 1].
    y_train, y_test : ndarray of shape (N,), int64
    n_classes : int
    classes : tuple of str, or None
        The names of the classes, where they are more than numbers.
    """

    name: str
    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    n_classes: int
    classes: tuple | None = None

    @property
    def shape(self):
        """Shape of one example."""
        return self.X_train.shape[1:]

    def facts(self):
        """Return what tells these data from others, for a file."""
        arrays = {name: getattr(self, name) for name in ("X_train", "y_train", "X_test", "y_test")}
        return {
            "name": self.name,
            "training examples": len(self.X_train),
            "test examples": len(self.X_test),
            "shape of an example": list(self.shape),
            "classes": self.n_classes,
            "fingerprint": fingerprint(arrays),
        }


def load(name, train_size=None, test_size=None):
    """Return the data set ``name``, or fewer, evenly spaced, of its examples.

    Parameters
    ----------
    name : str
        One of :data:`DATA`, or a folder: of MNIST's four IDX files, or of CIFAR-10.
    train_size, test_size : int, optional

    Returns
    -------
    Data

    Raises
    ------
    FileNotFoundError
        If it is nowhere.
    ValueError
        If there is no such data set, its files are damaged, or it has fewer examples.
    """
    data = DATA[name](name) if name in DATA else _from_folder(name)
    few = {}
    for part, kind, size in (("train", "training", train_size), ("test", "test", test_size)):
        X, y = getattr(data, f"X_{part}"), getattr(data, f"y_{part}")
        if not len(X):
            raise ValueError(f"train: data {name!r} has no {kind} examples")
        if size is not None and size > len(X):
            raise ValueError(
                f"train: {part}_size is {size}, and data {name!r} has {len(X)} {kind} examples"
            )
        if size is not None:
            chosen = np.arange(size) * len(X) // size
            X, y = X[chosen], y[chosen]
        few |= {f"X_{part}": _numbers(X), f"y_{part}": y}
    return replace(data, **few)


def _from_folder(name):
    folder = pathlib.Path(os.path.expanduser(name))  # pathlib's fails for no user
    if not folder.exists():
        hint = near_miss(name, DATA) or f"; there are {', '.join(DATA)}, and folders"
        if os.path.basename(name) != name:
            hint = f": there is no folder {os.path.abspath(folder)!r}"
        raise ValueError(f"train: no data {name!r}{hint}")
    if not folder.is_dir():
        raise ValueError(f"train: data {name!r} is a file; name the folder that it is in")
    if any((folder / file).exists() for file in (*TRAINING, TEST)):
        return _cifar10(name, folder)
    return _mnist(name, folder)


def _mnist(name, folder=None):
    return Data(name, **load_mnist(folder), n_classes=10)


def _cifar10(name, folder=None):
    folder = cifar10_folder("train", folder)
    parts = {"train": read_files("train", folder, TRAINING)}
    parts["test"] = read_files("train", folder, (TEST,))
    arrays = {}
    for part, files in parts.items():
        images, labels = zip(*files, strict=True)
        arrays[f"X_{part}"], arrays[f"y_{part}"] = np.concatenate(images), np.concatenate(labels)
    return Data(name, **arrays, n_classes=10, classes=CIFAR10)


def _points(draw, n_classes):
    """Return a loader of points in the plane: some to train on, and others drawn likewise."""

    def loaded(name):
        (X_train, y_train), (X_test, y_test) = draw(), draw(rng=np.random.default_rng(1))
        return Data(name, X_train, y_train, X_test, y_test, n_classes)

    return loaded


def _numbers(X):
    """Return bytes as float32 in [0, 1]; other numbers as they are."""
    return X.astype(np.float32) / 255 if X.dtype == np.uint8 else X


# Each is called with the name under which it was asked for.
DATA = {
    "mnist": _mnist,
    "cifar10": _cifar10,
    "spiral": _points(spiral, 3),
    "moons": _points(two_moons, 2),
    "xor": _points(xor, 2),
}
