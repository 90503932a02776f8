"""Nets without convolutions, to measure the others against: one layer, and two."""

import math

from minidl.geometry import integer, shape_of_one
from minidl.nn import Flatten, Linear, ReLU, Sequential
from minidl.randomness import default_rng


class SoftmaxRegression(Sequential):
    """One fully connected layer: each class weighs every pixel, and the largest sum wins.

    With the cross-entropy loss this is softmax regression, a linear classifier.

    Parameters
    ----------
    input_shape : tuple of int
        Shape of one example: (C, H, W) of an image, (2,) of a point in the plane.
    n_classes : int
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Shape
    -----
    ``(N, *input_shape) -> (N, n_classes)``
    """

    def __init__(
        self, input_shape=(1, 28, 28), n_classes=10, *, backend="fast", dtype="float32", rng=None
    ):
        shape = shape_of_one("SoftmaxRegression", "input_shape", input_shape)
        weights = {"backend": backend, "dtype": dtype, "rng": default_rng(rng)}
        super().__init__(
            {"flatten": Flatten(), "fc": Linear(math.prod(shape), n_classes, **weights)}
        )


class MLP(Sequential):
    """Two fully connected layers with a ReLU between them: a multi-layer perceptron.

    Parameters
    ----------
    input_shape : tuple of int
        Shape of one example: (C, H, W) of an image, (2,) of a point in the plane.
    n_classes : int
    hidden : int
        Outputs of the first layer.
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Shape
    -----
    ``(N, *input_shape) -> (N, n_classes)``
    """

    def __init__(
        self,
        input_shape=(1, 28, 28),
        n_classes=10,
        hidden=128,
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        shape = shape_of_one("MLP", "input_shape", input_shape)
        hidden = integer("MLP", "hidden", hidden, 1)
        weights = {"backend": backend, "dtype": dtype, "rng": default_rng(rng)}
        super().__init__(
            {
                "flatten": Flatten(),
                "fc1": Linear(math.prod(shape), hidden, **weights),
                "relu": ReLU(backend=backend),
                "fc2": Linear(hidden, n_classes, **weights),
            }
        )
