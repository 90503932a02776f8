"""CIFAR-10: 60,000 colour images of 32 x 32 pixels in ten classes, in the files of its authors.

The six files of the "python version" are pickles [1]_; :mod:`minidl.datasets.pickles` reads them
without running what a pickle may ask for.  They hold bytes, and stay bytes until a caller knows
which dtype it needs: all images are 180 MB so, and eight times as much in float64.

References
----------
.. [1] A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009,
   https://www.cs.toronto.edu/~kriz/cifar.html
"""

import os
import pathlib

import numpy as np

from minidl.datasets.folders import find
from minidl.datasets.pickles import read_pickle

NAME = "cifar-10-batches-py"
VARIABLE = "MINIDL_CIFAR10_DIR"
TRAINING = tuple(f"data_batch_{k}" for k in range(1, 6))
TEST = "test_batch"
SHAPE = (3, 32, 32)
CLASSES = 10
HELP = (
    "fetch cifar-10-python.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html, or run the "
    f"course's get_datasets.sh, unpack it, and pass the folder or set {VARIABLE} to it"
)


def read_cifar10_batch(path):
    """Read one file of CIFAR-10, with however many images it holds.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    images : ndarray of shape (N, 3, 32, 32), uint8
    labels : ndarray of shape (N,), int64
        Classes 0 to 9.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, is truncated or damaged, or asks to run something.
    """
    path = pathlib.Path(os.fsdecode(path))
    name = f"read_cifar10_batch: {str(path)!r}"
    with path.open("rb") as file:
        content = read_pickle(file, name)
    if not isinstance(content, dict):
        raise ValueError(f"{name} holds a {type(content).__name__}, and a batch is a dict")
    images, labels = _part(name, content, "data"), _part(name, content, "labels")
    return _images(name, images), _labels(name, labels, len(images))


def cifar10_folder(op, root=None):
    """Return the folder of the files; :func:`minidl.datasets.folders.find` says where it looks.

    Raises
    ------
    FileNotFoundError
        If it is nowhere, with where it was looked for and how to get the data.
    """
    folder = find(op, NAME, root, VARIABLE, HELP)
    if not folder.is_dir():
        raise NotADirectoryError(f"{op}: {str(folder)!r} is no folder; {HELP}")
    return folder


def read_files(op, folder, names, at_least=None):
    """Read files of CIFAR-10 in turn, until they hold enough images.

    Parameters
    ----------
    op : str
        The operation that errors name.
    folder : pathlib.Path
    names : sequence of str
    at_least : int, optional
        How many images are needed; by default all.

    Returns
    -------
    list of (images, labels)

    Raises
    ------
    FileNotFoundError
        If a file that is needed is missing.
    ValueError
        If all files together hold fewer images.
    """
    missing = [name for name in names if not (folder / name).is_file()]
    parts, count = [], 0
    for name in names:
        if at_least is not None and count >= at_least:
            break
        if name in missing:
            needed = "all are" if at_least is None else f"{at_least} images are"
            raise FileNotFoundError(
                f"{op}: {str(folder)!r} lacks {', '.join(missing)}; the files before hold {count} "
                f"images, and {needed} needed; {HELP}"
            )
        parts.append(read_cifar10_batch(folder / name))
        count += len(parts[-1][0])
    if at_least is not None and count < at_least:
        raise ValueError(
            f"{op}: {at_least} images are asked for, and {', '.join(names)} in {str(folder)!r} "
            f"hold {count}; ask for fewer"
        )
    return parts


def _part(name, content, key):
    """Return a part of a batch; its key is bytes where Python 3 wrote the file from bytes."""
    for known in (key, key.encode()):
        if known in content:
            return content[known]
    keys = ", ".join(sorted(str(known)[:40] for known in content)[:8]) or "none"
    raise ValueError(f"{name} has no {key!r}; its keys are {keys}: it is no batch of CIFAR-10")


def _images(name, data):
    pixels = int(np.prod(SHAPE))
    fits = isinstance(data, np.ndarray) and data.ndim == 2 and data.shape[1] == pixels
    if not fits or data.dtype != np.uint8:
        found = (
            f"{data.dtype} {data.shape}" if isinstance(data, np.ndarray) else type(data).__name__
        )
        raise ValueError(f"{name}: data must be uint8 (N, {pixels}), got {found}")
    return data.reshape(-1, *SHAPE)


def _labels(name, labels, n_images):
    if isinstance(labels, np.ndarray) and labels.ndim == 1:
        labels = labels.tolist()
    if not isinstance(labels, list) or len(labels) != n_images:
        found = f"{len(labels)}" if isinstance(labels, list) else type(labels).__name__
        raise ValueError(f"{name}: labels must be {n_images}, one for each image, got {found}")
    for n, label in enumerate(labels):
        if type(label) is not int or not 0 <= label < CLASSES:
            found = label if isinstance(label, int) else type(label).__name__
            raise ValueError(f"{name}: label {n} is {found}, and classes are 0 to {CLASSES - 1}")
    return np.array(labels, dtype=np.int64)
