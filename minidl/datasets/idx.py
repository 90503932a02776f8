"""The IDX file format, in which MNIST comes: a header of sizes, then bytes."""

import gzip
import math
import pathlib
import struct
import zlib

import numpy as np

from minidl.geometry import integer

UNSIGNED_BYTE = 0x08
LARGEST = 1 << 30  # bytes of data; full MNIST has 47 million
MOST_AXES = 32  # as many as every NumPy can hold


def read_idx(path, n_axes):
    """Read an IDX file of unsigned bytes, plain or gzipped.

    The file starts with two zero bytes, the type code 8, the number of axes, and the size of
    each axis as a big-endian 32-bit number; the data follow in row-major order [1]_.

    Parameters
    ----------
    path : path-like
    n_axes : int
        How many axes the data must have: 3 for images, 1 for labels.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    ValueError
        If the file is no IDX file of that kind, is truncated or damaged, or goes on after its
        data.

    References
    ----------
    .. [1] http://yann.lecun.com/exdb/mnist/
    """
    path = pathlib.Path(path)
    n_axes = integer("read_idx", "n_axes", n_axes, 1)
    if n_axes > MOST_AXES:
        raise ValueError(f"read_idx: n_axes must be at most {MOST_AXES}, got {n_axes}")
    try:
        with _open(path) as file:
            return _read(file, f"read_idx: {path}", n_axes)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"read_idx: {path}: the gzip file is truncated or damaged ({error})"
        ) from None


def _open(path):
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else path.open("rb")


def _read(file, name, n_axes):
    magic = file.read(4)
    expected = bytes([0, 0, UNSIGNED_BYTE, n_axes])
    if magic != expected:
        raise ValueError(
            f"{name}: an IDX file of bytes with {n_axes} axes starts with {expected.hex(' ')}, "
            f"and this file with {magic.hex(' ') or 'nothing'}"
        )
    header = file.read(4 * n_axes)
    if len(header) < 4 * n_axes:
        raise ValueError(f"{name}: the file ends within its header")
    shape = struct.unpack(f">{n_axes}I", header)
    size = math.prod(shape)
    described = " x ".join(map(str, shape))
    if math.prod(max(axis, 1) for axis in shape) > LARGEST:
        raise ValueError(
            f"{name}: the header claims {described} bytes; more than {LARGEST} are refused"
        )
    data = file.read(size)
    if len(data) < size:
        raise ValueError(
            f"{name}: the header claims {described} = {size} bytes, the file holds {len(data)}"
        )
    if file.read(1):
        raise ValueError(f"{name}: the file goes on after its {described} = {size} bytes")
    return np.frombuffer(data, dtype=np.uint8).reshape(shape)
