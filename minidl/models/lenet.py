"""LeNet-5, the net that read handwritten digits."""

from minidl.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from minidl.randomness import default_rng

PADDING = {(28, 28): 2, (32, 32): 0}  # what the first layer adds to an image of each size


class PadTo32Conv2d(Conv2d):
    """A convolution that pads images of 28 x 28 to 32 x 32, and takes those as they are."""

    def param_for(self, shape):
        """Return the padding for images of one size.

        Raises
        ------
        ValueError
            If the images are neither 28 x 28 nor 32 x 32.
        """
        size = shape[2:]
        if len(shape) == 4 and size not in PADDING:
            raise ValueError(
                f"LeNet5: images must be 28 x 28 or 32 x 32, got {size[0]} x {size[1]}; "
                "resize them, or pad smaller ones with numpy.pad"
            )
        return {**self.conv_param, "pad": PADDING.get(size, 0)}


class LeNet5(Sequential):
    """LeNet-5 for grey images of 28 x 28 or 32 x 32, with ReLU and max pooling.

    Layer by layer: 6 filters (28 x 28), pool (14 x 14), 16 filters (10 x 10), pool (5 x 5), then
    400 - 120 - 84 - 10; 61,706 parameters.  The original [1]_ squashed with tanh, pooled by a
    trainable average, and read 32 x 32 images, as this one does; images of 28 x 28, the size of
    MNIST's files, are padded by 2 in the first layer.  Both sizes share all parameters, and a
    ``state_dict`` fits both.

    Parameters
    ----------
    n_classes : int
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Shape
    -----
    ``(N, 1, 28, 28)`` or ``(N, 1, 32, 32)`` ``-> (N, n_classes)``

    References
    ----------
    .. [1] LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
       recognition", Proceedings of the IEEE 86(11), 1998.
    """

    def __init__(self, n_classes=10, *, backend="fast", dtype="float32", rng=None):
        weights = {"backend": backend, "dtype": dtype, "rng": default_rng(rng)}
        super().__init__(
            {
                "conv1": PadTo32Conv2d(1, 6, 5, **weights),
                "relu1": ReLU(backend=backend),
                "pool1": MaxPool2d(2, backend=backend),
                "conv2": Conv2d(6, 16, 5, **weights),
                "relu2": ReLU(backend=backend),
                "pool2": MaxPool2d(2, backend=backend),
                "flatten": Flatten(),
                "fc1": Linear(400, 120, **weights),
                "relu3": ReLU(backend=backend),
                "fc2": Linear(120, 84, **weights),
                "relu4": ReLU(backend=backend),
                "fc3": Linear(84, n_classes, **weights),
            }
        )
