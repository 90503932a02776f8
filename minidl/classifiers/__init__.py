"""CS231n's classifiers: nearest neighbours, linear classifiers, and nets of a few layers.

Two nets are called TwoLayerNet, as in the course: the first assignment's is in
:mod:`minidl.classifiers.neural_net`, the second's in :mod:`minidl.classifiers.fc_net`.
"""

from minidl.classifiers.cnn import ThreeLayerConvNet
from minidl.classifiers.fc_net import FullyConnectedNet
from minidl.classifiers.k_nearest_neighbor import KNearestNeighbor
from minidl.classifiers.linear_classifier import LinearClassifier, LinearSVM, Softmax

__all__ = [
    "FullyConnectedNet",
    "KNearestNeighbor",
    "LinearClassifier",
    "LinearSVM",
    "Softmax",
    "ThreeLayerConvNet",
]
