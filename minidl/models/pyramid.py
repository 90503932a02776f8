"""A pyramid in the manner of VGG: the image shrinks by halves while its channels double."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry import integer, shape_of
from minidl.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from minidl.randomness import default_rng

HE_GAIN = 6**0.5  # from Conv2d's variance, 1 / (3 fan_in), to that of He et al., 2 / fan_in


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a :class:`PyramidNet` hands on to the next.

    Attributes
    ----------
    name : str
        What the names of its layers start with: ``stage1``.
    out_shape : tuple of int
        (C, H, W) of its output for one image.
    receptive_field : int
        Side of the square of input pixels that one output cell sees; near an edge, part of the
        square is padding.
    jump : int
        How many input pixels lie between the squares of neighbouring cells.
    """

    name: str
    out_shape: tuple
    receptive_field: int
    jump: int


class PyramidNet(Sequential):
    """Stages of 3 x 3 convolutions, each with a 2 x 2 max pooling at its end, and a classifier.

    Every stage halves height and width, an odd size rounded down, and has twice the channels of
    the stage before it, so that its convolutions cost about as much: a quarter of the cells, and
    four times the products at each.  VGG [1]_ is built so; this one is small.

    The filters start with the variance of He et al. [2]_, which keeps the size of the numbers
    from layer to layer; with :class:`~minidl.nn.Conv2d`'s own, a sixth of it, a net of depth 2 may
    guess for several epochs before it starts to learn.

    Parameters
    ----------
    input_shape : tuple of int
        (C, H, W) of one image.
    n_classes : int
    base_channels : int
        Channels of the first stage.
    n_stages : int
    depth : int
        Convolutions in every stage, each followed by a ReLU.
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Attributes
    ----------
    input_shape : tuple of int
    stages : tuple of Stage
        Output shape, receptive field and jump of every stage.

    Shape
    -----
    ``(N, C, H, W) -> (N, n_classes)``

    Raises
    ------
    ValueError
        If ``input_shape`` is no triple, or too small to be halved ``n_stages`` times, or a number
        is below 1; in ``forward``, if images have another shape than ``input_shape``.
    TypeError
        If a number is no integer.

    References
    ----------
    .. [1] Simonyan, Zisserman, "Very deep convolutional networks for large-scale image
       recognition", ICLR 2015, https://arxiv.org/abs/1409.1556
    .. [2] He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015,
       https://arxiv.org/abs/1502.01852

    Examples
    --------
    >>> [(s.out_shape, s.receptive_field) for s in PyramidNet().stages]
    [((8, 14, 14), 4), ((16, 7, 7), 10), ((32, 3, 3), 22)]
    """

    def __init__(
        self,
        input_shape=(1, 28, 28),
        n_classes=10,
        base_channels=8,
        n_stages=3,
        depth=1,
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        shape = shape_of("PyramidNet", "input_shape", input_shape, "(C, H, W)")
        channels, height, width = shape
        n_classes = integer("PyramidNet", "n_classes", n_classes, 1)
        out_channels = integer("PyramidNet", "base_channels", base_channels, 1)
        n_stages = integer("PyramidNet", "n_stages", n_stages, 1)
        depth = integer("PyramidNet", "depth", depth, 1)
        _require_halvings(n_stages, height, width)
        weights = {"backend": backend, "dtype": dtype, "rng": default_rng(rng)}
        layers, stages = {}, []
        receptive_field = jump = 1
        for stage in (f"stage{s}" for s in range(1, n_stages + 1)):
            for k in range(1, depth + 1):
                layers[f"{stage}_conv{k}"] = _he_conv(channels, out_channels, weights)
                layers[f"{stage}_relu{k}"] = ReLU(backend=backend)
                channels = out_channels
                receptive_field += (3 - 1) * jump
            layers[f"{stage}_pool"] = MaxPool2d(2, backend=backend)
            receptive_field += (2 - 1) * jump
            jump *= 2
            height, width, out_channels = height // 2, width // 2, 2 * out_channels
            stages.append(Stage(stage, (channels, height, width), receptive_field, jump))
        layers["flatten"] = Flatten()
        layers["fc"] = Linear(channels * height * width, n_classes, **weights)
        super().__init__(layers)
        self.input_shape, self.stages = shape, tuple(stages)

    def forward(self, x):
        """Run the stages and the classifier on images of the shape that they were made for."""
        shape = np.shape(x)
        if len(shape) == 4 and shape[1:] != self.input_shape:
            raise ValueError(
                f"PyramidNet: images must be {self.input_shape}, got {shape[1:]}; "
                f"resize them, or make the net with input_shape={shape[1:]}"
            )
        return super().forward(x)


def _require_halvings(n_stages, height, width):
    most = min(height, width).bit_length() - 1
    if n_stages > most:
        raise ValueError(
            f"PyramidNet: n_stages {n_stages} halves the image as many times, and "
            f"{height} x {width} pixels allow {most}; take fewer stages or larger images"
        )


def _he_conv(in_channels, out_channels, weights):
    conv = Conv2d(in_channels, out_channels, 3, padding=1, **weights)
    conv.weight.data *= HE_GAIN
    conv.bias.data[...] = 0
    return conv
