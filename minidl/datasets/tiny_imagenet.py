"""Tiny ImageNet: 200 classes of ImageNet in 64 x 64 pixels, and the smaller sets cut from it."""

import pathlib

import numpy as np

from minidl.extras import optional
from minidl.geometry import flag, float_dtype
from minidl.terminal import progress

SIZE = 64
HELP = "it is the unpacked tiny-imagenet-200.zip, or one of the course's smaller sets"


def load_tiny_imagenet(path, dtype=np.float32, subtract_mean=True):
    """Read a folder of Tiny ImageNet.

    Needs Pillow: ``pip install "minidl[images]"``.

    Parameters
    ----------
    path : path-like
        The folder that holds ``wnids.txt``, ``words.txt``, ``train``, ``val`` and ``test``.
    dtype : {numpy.float32, numpy.float64}
        All 120,000 images are 5.9 GB in float32.
    subtract_mean : bool
        Whether to subtract the mean training image from all.  It is computed in float64; the
        course sums up in ``dtype``, and its float32 mean is off in the fourth digit.

    Returns
    -------
    dict
        ``class_names``: for each class, a list of its names.  ``X_train``, ``X_val``, ``X_test``:
        arrays of shape (N, 3, 64, 64); grey images have three equal channels.  ``y_train``,
        ``y_val``, ``y_test``: int64 of shape (N,), ``y_test`` None where there are no
        annotations.  ``mean_image``: (3, 64, 64).  Test images are sorted by the name of their
        file; where there are none, ``X_test`` is of shape (0, 3, 64, 64).

    Raises
    ------
    ImportError
        If Pillow is missing.
    FileNotFoundError
        If a file is missing.
    ValueError
        If a file is no image of 64 x 64 pixels, or names a class that is not in ``wnids.txt``.
    """
    op = "load_tiny_imagenet"
    root, dtype = pathlib.Path(path), float_dtype(op, dtype)
    subtract_mean, decode = flag(op, "subtract_mean", subtract_mean), _decoder(op)
    if not (root / "wnids.txt").is_file():
        raise FileNotFoundError(f"{op}: {str(root)!r} holds no wnids.txt; {HELP}")
    classes = {row[0]: label for label, row in enumerate(_rows(root / "wnids.txt"))}
    words = {row[0]: row[-1] for row in _rows(root / "words.txt")}
    data = {"class_names": [_names(op, words, wnid) for wnid in classes]}
    for part in ("train", "val", "test"):
        files, labels = _listing(op, root, part, classes)
        X = np.empty((len(files), 3, SIZE, SIZE), dtype)
        for n, file in enumerate(progress(files, len(files), f"{part} images")):
            X[n] = decode(file)
        y = None if labels is None else np.array(labels, dtype=np.int64)
        data |= {f"X_{part}": X, f"y_{part}": y}
    if not len(data["X_train"]):
        raise ValueError(f"{op}: {str(root)!r} holds no training images")
    mean = data["X_train"].mean(axis=0, dtype=np.float64)
    if subtract_mean:
        for part in ("train", "val", "test"):
            X = data[f"X_{part}"]
            np.subtract(X, mean, out=X, casting="same_kind")
    return data | {"mean_image": mean.astype(dtype)}


def _decoder(op):
    """Return a function that reads an image file as bytes (3, 64, 64)."""
    Image = optional(op, "images", "PIL", "PIL.Image").Image

    def decode(path):
        with path.open("rb") as file:
            try:
                with Image.open(file, formats=("JPEG", "PNG")) as image:
                    size = image.size
                    pixels = np.asarray(image.convert("RGB")) if size == (SIZE, SIZE) else None
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
                raise ValueError(
                    f"{op}: {str(path)!r} is no image that can be read: {error}"
                ) from None
        if pixels is None:
            raise ValueError(
                f"{op}: {str(path)!r} has {size[0]} x {size[1]} pixels; {SIZE} x {SIZE} are needed"
            )
        return pixels.transpose(2, 0, 1)

    return decode


def _rows(path):
    """Return the lines of a text file that are not empty, each cut at its tabs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip()]


def _names(op, words, wnid):
    if wnid not in words:
        raise ValueError(f"{op}: class {wnid!r} of wnids.txt is not in words.txt")
    return [name.strip() for name in words[wnid].split(",")]


def _listing(op, root, part, classes):
    """Return the image files of a part and their labels, which are None if nobody gave them."""
    if part == "train":
        pairs = [
            (root / part / wnid / "images" / row[0], label)
            for wnid, label in classes.items()
            for row in _rows(root / part / wnid / f"{wnid}_boxes.txt")
        ]
        return [file for file, _ in pairs], [label for _, label in pairs]
    folder, annotations = root / part / "images", root / part / f"{part}_annotations.txt"
    if part == "test" and not annotations.is_file():
        return sorted(folder.iterdir()) if folder.is_dir() else [], None
    rows = _rows(annotations)
    for row in rows:
        if len(row) < 2 or row[1] not in classes:
            raise ValueError(
                f"{op}: {str(annotations)!r} says {' '.join(row)[:80]!r}, "
                "which is no image of a class in wnids.txt"
            )
    rows = sorted(rows) if part == "test" else rows
    return [folder / row[0] for row in rows], [classes[row[1]] for row in rows]
