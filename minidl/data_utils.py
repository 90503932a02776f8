"""CS231n's loaders under their names; the files are read by :mod:`minidl.datasets`.

Nothing is downloaded, and no file is unpickled that could run code.
"""

import os
import pathlib

import numpy as np

from minidl.datasets.cifar10 import (
    SHAPE,
    TEST,
    TRAINING,
    cifar10_folder,
    read_cifar10_batch,
    read_files,
)
from minidl.datasets.imagenet import load_imagenet_val
from minidl.datasets.pickles import read_pickle
from minidl.datasets.tiny_imagenet import load_tiny_imagenet
from minidl.geometry import flag, float_dtype, integer
from minidl.storage import PICKLE, read_arrays

__all__ = [
    "get_CIFAR10_data",
    "load_CIFAR10",
    "load_CIFAR_batch",
    "load_imagenet_val",
    "load_models",
    "load_pickle",
    "load_tiny_imagenet",
]


def load_pickle(f):
    """Read a pickle of plain data: dicts, lists, tuples, text, numbers, arrays of numbers.

    CS231n's function hands the file to ``pickle``, which runs whatever the file asks for.  This
    one refuses a file that asks for anything but the data above.  Text from Python 2 becomes str.

    Parameters
    ----------
    f : binary file
        Opened with ``open(path, "rb")``; it is read to its end.

    Raises
    ------
    ValueError
        If the file holds anything else, is damaged or truncated, or is no pickle of protocol 2 to
        5.
    """
    if not hasattr(f, "read") or isinstance(f, os.PathLike):
        raise TypeError(
            f"load_pickle: f must be a file, got {type(f).__name__}; open one: open(path, 'rb')"
        )
    if not isinstance(f.read(0), bytes):
        raise TypeError("load_pickle: f is opened as text; open it as bytes: open(path, 'rb')")
    return read_pickle(f, f"load_pickle: {getattr(f, 'name', 'the file')!r}")


def load_CIFAR_batch(filename):
    """Read one file of CIFAR-10, with however many images it holds.

    Parameters
    ----------
    filename : path-like

    Returns
    -------
    X : ndarray of shape (N, 32, 32, 3), float64
        Pixels 0 to 255, channels last.
    Y : ndarray of shape (N,), int64

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`minidl.datasets.read_cifar10_batch`.
    """
    images, labels = read_cifar10_batch(filename)
    return _channels_last([(images, labels)])


def load_CIFAR10(ROOT):
    """Read all of CIFAR-10 the way CS231n's first assignment uses it: float64, channels last.

    Parameters
    ----------
    ROOT : path-like
        The folder that holds ``data_batch_1`` to ``data_batch_5`` and ``test_batch``.  Where the
        notebooks' own ``cs231n/datasets/cifar-10-batches-py`` does not exist, the folder in the
        environment variable ``MINIDL_CIFAR10_DIR`` is taken, or ``cifar-10-batches-py`` in
        ``minidl/datasets``; any other path must exist.

    Returns
    -------
    Xtr : ndarray of shape (50000, 32, 32, 3), float64
        1.2 GB; :func:`get_CIFAR10_data` can do with half of it.
    Ytr : ndarray of shape (50000,), int64
    Xte : ndarray of shape (10000, 32, 32, 3), float64
    Yte : ndarray of shape (10000,), int64

    Raises
    ------
    FileNotFoundError
        If the folder or any of the six files is missing: part of the data would give other
        results without a word.
    ValueError
        If a file is no batch of CIFAR-10.
    """
    folder = cifar10_folder("load_CIFAR10", ROOT)
    test = read_files("load_CIFAR10", folder, (TEST,))
    return *_channels_last(read_files("load_CIFAR10", folder, TRAINING)), *_channels_last(test)


def get_CIFAR10_data(
    num_training=49000,
    num_validation=1000,
    num_test=1000,
    subtract_mean=True,
    dtype=np.float64,
    cifar10_dir=None,
):
    """Read CIFAR-10 for training: split, centred, channels first.

    Besides the result, no more is in memory at any time than the files' own bytes: 1.5 GB at most
    for float64, of which 1.25 GB stay, and 0.9 GB for float32, of which 0.63 GB stay.  Files are
    opened only until they hold enough images.

    Parameters
    ----------
    num_training, num_validation, num_test : int
        The first images of the training files are for training, the next for validation; test
        images are the first of the test file.
    subtract_mean : bool
        Whether to subtract the mean training image from all.
    dtype : {numpy.float64, numpy.float32}
        CS231n has float64 only; the fast layers are twice as fast in float32.
    cifar10_dir : path-like, optional
        As ``ROOT`` of :func:`load_CIFAR10`.  By default the folder in the environment variable
        ``MINIDL_CIFAR10_DIR``; without it, ``cifar-10-batches-py`` in ``minidl/datasets``, then
        in ``cs231n/datasets``.

    Returns
    -------
    dict
        ``X_train``, ``X_val``, ``X_test``: arrays of shape (N, 3, 32, 32); ``y_train``, ``y_val``,
        ``y_test``: int64 of shape (N,).

    Raises
    ------
    FileNotFoundError
        If the folder, or a file that is needed, is missing.
    ValueError
        If more images are asked for than there are, or a file is no batch of CIFAR-10.
    """
    op = "get_CIFAR10_data"
    sizes = {
        "train": integer(op, "num_training", num_training, 1),
        "val": integer(op, "num_validation", num_validation, 0),
        "test": integer(op, "num_test", num_test, 0),
    }
    subtract_mean, dtype = flag(op, "subtract_mean", subtract_mean), float_dtype(op, dtype)
    folder = cifar10_folder(op, cifar10_dir)
    test = read_files(op, folder, (TEST,), sizes["test"])
    training = read_files(op, folder, TRAINING, sizes["train"] + sizes["val"])
    data = {}
    for part, size in sizes.items():
        data[f"X_{part}"] = np.empty((size, *SHAPE), dtype)
        data[f"y_{part}"] = np.empty(size, np.int64)
    _move(training, [(data[f"X_{part}"], data[f"y_{part}"]) for part in ("train", "val")])
    _move(test, [(data["X_test"], data["y_test"])])
    if subtract_mean:
        mean = data["X_train"].mean(axis=0, dtype=np.float64)  # exact: sums of bytes
        for part in sizes:
            X = data[f"X_{part}"]
            np.subtract(X, mean, out=X, casting="same_kind")
    return data


def load_models(models_dir):
    """Read every ``.npz`` file of a folder.

    CS231n's function unpickles what it finds, which runs whatever the files ask for.  This one
    reads arrays, as ``numpy.savez(path, **model.params)`` stores them.

    Parameters
    ----------
    models_dir : path-like

    Returns
    -------
    dict
        By the name of its file, each model's dict from name to array.  Other files, such as a
        README, are passed over.

    Raises
    ------
    ValueError
        If a file is a pickle, or an ``.npz`` file is damaged.
    """
    folder, models = pathlib.Path(models_dir), {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".npz":
            models[path.name] = read_arrays(path)
        elif path.is_file() and _first_byte(path) == b"\x80":
            raise ValueError(
                f"load_models: {str(path)!r} is {PICKLE}; "
                "store the model's arrays: numpy.savez(path, **model.params)"
            )
    return models


def _first_byte(path):
    with path.open("rb") as file:
        return file.read(1)


def _channels_last(parts):
    """Return images as float64 (N, 32, 32, 3) and labels, and give up the parts on the way."""
    count = sum(len(images) for images, _ in parts)
    X, y = np.empty((count, *SHAPE[1:], SHAPE[0])), np.empty(count, np.int64)
    _move(parts, [(X.transpose(0, 3, 1, 2), y)])
    return X, y


def _move(parts, targets):
    """Copy the images and labels of ``parts`` to ``targets`` one after the other.

    A part leaves memory when it is copied, while the targets' memory is only coming into use.
    """
    starts = np.cumsum([0, *(len(X) for X, _ in targets)])
    row = 0
    while parts:
        images, labels = parts.pop(0)
        for start, (X, y) in zip(starts, targets, strict=False):
            first, last = max(row, start), min(row + len(images), start + len(X))
            if first < last:
                X[first - start : last - start] = images[first - row : last - row]
                y[first - start : last - start] = labels[first - row : last - row]
        row += len(images)
