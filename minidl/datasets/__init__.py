"""Data to train on: handwritten digits that come with the package, and toy sets.

Nothing here downloads.
"""

from minidl.datasets.batches import minibatches
from minidl.datasets.idx import read_idx
from minidl.datasets.mnist import load_mnist
from minidl.datasets.toy import spiral, two_moons, xor

__all__ = ["load_mnist", "minibatches", "read_idx", "spiral", "two_moons", "xor"]
