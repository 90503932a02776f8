"""Folders of IDX files, as those of MNIST, in miniature."""

import struct

import numpy as np


def write(folder, n_train=6, n_test=3, size=28):
    """Write the four files with images whose pixels count up, and labels 0, 1, 2 ..."""
    for part, n in (("train", n_train), ("t10k", n_test)):
        images = (np.arange(n * size * size) % 256).astype(np.uint8)
        header = struct.pack(">4B3I", 0, 0, 8, 3, n, size, size)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(header + images.tobytes())
        header = struct.pack(">4BI", 0, 0, 8, 1, n)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(header + bytes(k % 10 for k in range(n)))
