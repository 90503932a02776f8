"""Nets and arrays to save, and what it means that they came back."""

import numpy as np

from minidl import nn


def fresh(seed):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Conv2d(1, 2, 3, rng=rng), nn.ReLU(), nn.Linear(8, 3, rng=rng))


def awkward():
    """Arrays whose memory is not what a file holds, by name."""
    plain = np.arange(24.0).reshape(2, 3, 4)
    return {
        "transposed": plain.T,
        "every second": plain[..., ::2],
        "backwards": plain[::-1],
        "byte-swapped": plain.astype(">f4"),
        "fortran": np.asfortranarray(plain),
        "broadcast": np.broadcast_to(np.float32(7), (3, 2)),
        "number": np.array(3, dtype="int64"),
        "scalar": np.float64(0.1),
        "empty": np.zeros((0, 3), "float16"),
        "shared": plain,
        "shared, too": plain,
        "flags": np.array([True, False]),
        "bytes": np.array([255], "uint8"),
        "list": [1, 2],
        "größe": np.ones(1),
        "": np.ones(2),
    }


def equal(back, arrays):
    """Every array is back: its numbers, its dtype in the machine's byte order, its shape."""
    assert set(back) == set(arrays)
    for name, given in arrays.items():
        array = np.asarray(given)
        assert back[name].dtype == array.dtype.newbyteorder("=")
        np.testing.assert_array_equal(back[name], array)
        assert back[name].shape == array.shape
        assert back[name].flags.writeable
