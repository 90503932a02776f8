"""The 25 validation images of ImageNet that CS231n hands out."""

import io
import zipfile

import numpy as np

from minidl.datasets.folders import find
from minidl.datasets.pickles import read_pickle
from minidl.geometry import integer

NAME = "imagenet_val_25.npz"
VARIABLE = "MINIDL_IMAGENET_VAL"
MOST_BYTES = 1 << 30  # of one array; the images have 4 million
HELP = (
    f"fetch http://cs231n.stanford.edu/{NAME}, and pass its path or set {VARIABLE} to it; "
    "a folder that holds it will do"
)


def load_imagenet_val(num=None, path=None):
    """Read a handful of ImageNet's validation images.

    Parameters
    ----------
    num : int, optional
        How many images; by default, all that the file holds, which are 25.
    path : path-like, optional
        The file ``imagenet_val_25.npz`` or its folder.  By default the environment variable
        ``MINIDL_IMAGENET_VAL`` says where; without it, ``minidl/datasets`` is searched, then
        ``cs231n/datasets``.

    Returns
    -------
    X : ndarray of shape (num, 224, 224, 3), uint8
    y : ndarray of shape (num,)
        Integer labels.
    class_names : dict
        From label to name.

    Raises
    ------
    FileNotFoundError
        If the file is nowhere, with where it was looked for and how to get it.
    ValueError
        If it is damaged, holds something else, or holds fewer than ``num`` images.
    """
    op = "load_imagenet_val"
    num = None if num is None else integer(op, "num", num, 0)
    path = find(op, NAME, path, VARIABLE, HELP)
    path = path / NAME if path.is_dir() else path
    name = f"{op}: {str(path)!r}"
    try:
        with zipfile.ZipFile(path) as archive:
            X, y, class_names = (_member(archive, key, name) for key in ("X", "y", "label_map"))
    except (zipfile.BadZipFile, zipfile.zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError(f"{name} is damaged, truncated or no .npz file: {error}") from None
    if not isinstance(class_names, dict) or X.ndim != 4 or y.shape != X.shape[:1]:
        raise ValueError(
            f"{name} must hold X (N, H, W, 3), y (N,) and the dict label_map, got "
            f"{X.shape}, {y.shape} and {type(class_names).__name__}"
        )
    if num is not None and num > len(X):
        raise ValueError(f"{op}: num is {num}, and {str(path)!r} holds {len(X)} images")
    return X[:num], y[:num], class_names


def _member(archive, key, name):
    """Return an array of the file; one of objects, which NumPy pickles, is read without running."""
    try:
        info = archive.getinfo(f"{key}.npy")
    except KeyError:
        raise ValueError(f"{name} holds no {key}") from None
    if info.file_size > MOST_BYTES:
        raise ValueError(f"{name} claims {info.file_size} bytes for {key}; they are refused")
    stream = io.BytesIO(archive.read(info))
    try:
        if key != "label_map":
            return np.lib.format.read_array(stream, allow_pickle=False)
        np.lib.format.read_magic(stream)
        np.lib.format.read_array_header_1_0(stream)
    except (ValueError, TypeError, OverflowError, MemoryError) as error:
        raise ValueError(f"{name} holds {key} that cannot be read: {error}") from None
    return read_pickle(stream, f"{name}, {key}", boxed=True)
