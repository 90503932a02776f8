"""MNIST: the bundled subset, or a user's own files."""

import pathlib

import numpy as np

from minidl.datasets.idx import read_idx

BUNDLED = pathlib.Path(__file__).with_name("mnist")


def load_mnist(path=None):
    """Load handwritten digits.

    Parameters
    ----------
    path : path-like, optional
        Folder with the four IDX files of MNIST under their usual names, plain or gzipped:
        ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte`` and
        ``t10k-labels-idx1-ubyte``.  By default the bundled subset of 5,000 training and 1,000
        test images, by LeCun, Cortes and Burges (CC BY-SA 3.0).

    Returns
    -------
    dict
        ``X_train`` and ``X_test``: float32 in [0, 1] of shape (N, 1, H, W), where 0 is paper and
        1 is ink; ``y_train`` and ``y_test``: int64 of shape (N,), the digits 0 to 9.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is damaged, or images and labels do not belong together.
    """
    folder = BUNDLED if path is None else pathlib.Path(path)
    if not folder.is_dir():
        raise FileNotFoundError(f"load_mnist: {folder} is not a folder; it must hold the IDX files")
    X_train, y_train = _load_part(folder, "train")
    X_test, y_test = _load_part(folder, "t10k")
    if X_train.shape[1:] != X_test.shape[1:]:
        raise ValueError(
            f"load_mnist: training images are {X_train.shape[2:]} pixels, "
            f"and test images {X_test.shape[2:]}"
        )
    return {"X_train": X_train, "y_train": y_train, "X_test": X_test, "y_test": y_test}


def _load_part(folder, part):
    image_file, label_file = _find(folder, part, "images", 3), _find(folder, part, "labels", 1)
    images, labels = read_idx(image_file, 3), read_idx(label_file, 1)
    if len(images) != len(labels):
        raise ValueError(
            f"load_mnist: {image_file.name} holds {len(images)} images, "
            f"and {label_file.name} {len(labels)} labels"
        )
    if labels.size and labels.max() > 9:
        n = int(np.argmax(labels > 9))
        raise ValueError(
            f"load_mnist: label {n} of {label_file.name} is {labels[n]}, and digits are 0 to 9"
        )
    return images[:, None].astype(np.float32) / 255, labels.astype(np.int64)


def _find(folder, part, content, n_axes):
    names = [
        f"{part}-{content}{mark}idx{n_axes}-ubyte{zipped}"
        for mark in ("-", ".")
        for zipped in ("", ".gz")
    ]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"load_mnist: {folder} holds none of {', '.join(names)}")
