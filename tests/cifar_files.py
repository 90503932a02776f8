"""Files of CIFAR-10 in miniature, byte for byte as Python 2 wrote the real ones."""

import struct

import numpy as np

NAMES = [*(f"data_batch_{k}" for k in range(1, 6)), "test_batch"]


def text(value):
    """One of Python 2's strings, which are bytes."""
    value = value.encode("latin1") if isinstance(value, str) else value
    if len(value) < 256:
        return b"U" + bytes([len(value)]) + value
    return b"T" + struct.pack("<i", len(value)) + value


def integer(value):
    if 0 <= value < 1 << 8:
        return b"K" + bytes([value])
    return (
        b"M" + struct.pack("<H", value) if 0 <= value < 1 << 16 else b"J" + struct.pack("<i", value)
    )


def array(data, shape, dtype="u1", order=b"|"):
    """The instructions that make an array, as NumPy asked Python 2's pickle to write them."""
    sizes = b"".join(map(integer, shape))
    return (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01bq\x09\x87q\x0aRq\x0b"
        b"(K\x01"
        + {1: sizes + b"\x85", 2: sizes + b"\x86"}.get(len(shape), b"(" + sizes + b"t")
        + b"q\x0ccnumpy\ndtype\nq\x0d"
        + text(dtype)
        + b"q\x0eK\x00K\x01\x87q\x0fRq\x10"
        b"(K\x03U\x01"
        + order
        + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x11b\x89"
        + text(data)
        + b"q\x12tq\x13b"
    )


def batch(images, labels, number=1):
    """The content of a batch file: images are uint8 (N, 3072), labels a list of ints."""
    names = [f"picture_{n:06d}.png" for n in range(len(labels))]
    listed = b"".join(map(integer, labels))
    named = b"".join(
        text(name) + b"r" + struct.pack("<i", 1000 + n) for n, name in enumerate(names)
    )
    return (
        b"\x80\x02}q\x01(U\x0bbatch_labelq\x02" + text(f"training batch {number} of 5") + b"q\x03"
        b"U\x06labelsq\x04]q\x05(" + listed + b"e"
        b"U\x04dataq\x06"
        + array(images.tobytes(), images.shape)
        + b"U\tfilenamesq\x14]q\x15("
        + named
        + b"eu."
    )


def write(folder, sizes=(4, 3, 5, 4, 4, 6), seed=0):
    """Write the six files into a folder; return all images (N, 3, 32, 32) and labels."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    images, labels = [], []
    for k, (name, n) in enumerate(zip(NAMES, sizes, strict=True)):
        images.append(rng.integers(0, 256, (n, 3072), dtype=np.uint8))
        labels.append(rng.integers(0, 10, n))
        (folder / name).write_bytes(batch(images[-1], labels[-1].tolist(), k + 1))
    return np.concatenate(images).reshape(-1, 3, 32, 32), np.concatenate(labels)
