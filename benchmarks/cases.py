"""The convolutions and nets that are measured: those of lessons first, then large ones."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Conv:
    """One convolution: images (n, c, h, w), f filters of ``window`` taps."""

    name: str
    group: str
    n: int
    c: int
    h: int
    w: int
    f: int
    window: tuple
    stride: int = 1
    pad: tuple = (0, 0)
    dilation: int = 1
    groups: int = 1

    @property
    def param(self):
        """The ``conv_param`` of minidl's layers."""
        own = {"stride": self.stride, "pad": self.pad, "dilation": self.dilation}
        return own | {"groups": self.groups}

    def arrays(self, dtype):
        """Return images, filters and biases, the same ones every time."""
        rng = np.random.default_rng(231)
        shapes = (
            (self.n, self.c, self.h, self.w),
            (self.f, self.c // self.groups, *self.window),
            (self.f,),
        )
        return tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)

    def operations(self, out_shape):
        """Return the multiplications and additions of one pass; a backward pass has two."""
        taps = self.c // self.groups * self.window[0] * self.window[1]
        return 2 * int(np.prod(out_shape)) * taps


def square(name, group, n, c, size, f, k, stride=1, pad=0, **more):
    """Return a convolution of square images and windows."""
    return Conv(name, group, n, c, size, size, f, (k, k), stride, (pad, pad), **more)


CONVOLUTIONS = [
    square("8x8 digits", "teaching", 32, 1, 8, 8, 3, pad=1),
    square("CS231n's cell", "teaching", 100, 3, 31, 25, 3, stride=2, pad=1),
    square("3-layer net", "teaching", 50, 3, 32, 32, 7, pad=3),
    square("LeNet-5 C1", "teaching", 64, 1, 28, 6, 5, pad=2),
    square("LeNet-5 C3", "teaching", 64, 6, 14, 16, 5),
    square("LeNet-5 C5", "teaching", 64, 16, 5, 120, 5),
    square("VGG 64 at 32", "large, 3x3", 32, 64, 32, 64, 3, pad=1),
    square("ResNet 64 at 56", "large, 3x3", 8, 64, 56, 64, 3, pad=1),
    square("ResNet 128 at 28", "large, 3x3", 8, 128, 28, 128, 3, pad=1),
    square("ResNet 256 at 14", "large, 3x3", 8, 256, 14, 256, 3, pad=1),
    square("ResNet 1x1, 256 to 64", "large", 8, 256, 56, 64, 1),
    square("ResNet stem 7x7, stride 2", "large", 8, 3, 224, 64, 7, stride=2, pad=3),
    square("ResNet 128 at 56, stride 2", "large", 8, 128, 56, 128, 3, stride=2, pad=1),
    square("1x1, 16 to 64 at 14", "other", 32, 16, 14, 64, 1),
    square("depthwise 3x3, 32 at 28", "other", 16, 32, 28, 32, 3, pad=1, groups=32),
    square("4 groups 3x3, 64 at 28", "other", 16, 64, 28, 64, 3, pad=1, groups=4),
    square("dilation 2, 32 at 32", "other", 16, 32, 32, 32, 3, pad=2, dilation=2),
    Conv("1-D, 9 taps, 16 to 32", "other", 32, 16, 1, 256, 32, (1, 9), 1, (0, 4)),
]


@dataclass(frozen=True, slots=True)
class Net:
    """A net for training steps; ``build`` takes ``minidl.nn`` or ``torch.nn``, and a dtype."""

    name: str
    batch: int
    image: tuple
    build: callable


def lenet5(nn, dtype):
    """LeCun's net for digits of 28 x 28, with ReLU and max pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120, dtype=dtype),
        nn.ReLU(),
        nn.Linear(120, 84, dtype=dtype),
        nn.ReLU(),
        nn.Linear(84, 10, dtype=dtype),
    )


def three_layers(nn, dtype):
    """CS231n's ``ThreeLayerConvNet`` with its default sizes."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 7, padding=3, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 16 * 16, 100, dtype=dtype),
        nn.ReLU(),
        nn.Linear(100, 10, dtype=dtype),
    )


def digits_8x8(nn, dtype):
    """One small convolution and a classifier, for digits of 8 x 8."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * 4 * 4, 10, dtype=dtype),
    )


NETS = [
    Net("8x8 net, batch 32", 32, (1, 8, 8), digits_8x8),
    Net("LeNet-5, batch 1", 1, (1, 28, 28), lenet5),
    Net("LeNet-5, batch 64", 64, (1, 28, 28), lenet5),
    Net("3-layer net, batch 50", 50, (3, 32, 32), three_layers),
]
