"""Data to train on: handwritten digits that come with the package, readers of others, toy sets.

Nothing here downloads.
"""

from minidl.datasets.batches import minibatches
from minidl.datasets.cifar10 import read_cifar10_batch
from minidl.datasets.idx import read_idx
from minidl.datasets.imagenet import load_imagenet_val
from minidl.datasets.loader import DataLoader
from minidl.datasets.mnist import load_mnist
from minidl.datasets.tiny_imagenet import load_tiny_imagenet
from minidl.datasets.toy import spiral, two_moons, xor

__all__ = [
    "DataLoader",
    "load_imagenet_val",
    "load_mnist",
    "load_tiny_imagenet",
    "minibatches",
    "read_cifar10_batch",
    "read_idx",
    "spiral",
    "two_moons",
    "xor",
]
