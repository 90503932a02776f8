"""Transposed convolution with learned filters."""

import math

from minidl.geometry import frozen, known_output_padding, padding_sides, pair
from minidl.nn.convolution import Convolution


class ConvTranspose2d(Convolution):
    """Transposed convolution: stamps its filters onto a larger image.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        Height and width of the stamps.
    stride, dilation : int or (int, int)
        Of the convolution that this one transposes: a stride of 2 doubles the image.
    padding : int, (h, w), ((top, bottom), (left, right)), 'valid' or 'same'
        Rows and columns taken away; 'same' makes the output ``stride`` times the input.
    output_padding : int or (int, int)
        Rows and columns added at the bottom and right, fewer than the stride or the dilation.
    groups, bias, backend, dtype, rng
        As :class:`Conv2d` takes them.
    padding_mode : {"zeros"}
        PyTorch's argument, which takes nothing else.

    Attributes
    ----------
    weight : Parameter of shape (in_channels, out_channels / groups, HH, WW)
    bias : Parameter of shape (out_channels,), or None

    Shape
    -----
    ``(N, in_channels, H, W) -> (N, out_channels, H', W')``, see
    ``conv_transpose_forward_naive``.
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        name = type(self).__name__
        if not isinstance(padding_mode, str) or padding_mode != "zeros":
            raise ValueError(f"{name}: padding_mode must be 'zeros', got {padding_mode!r}")
        sides = padding_sides(name, padding, "padding")
        stride, dilation = pair(name, "stride", stride, 1), pair(name, "dilation", dilation, 1)
        extra = known_output_padding(name, output_padding, stride, dilation, sides)
        super().__init__(
            "conv_transpose",
            (in_channels, out_channels),
            pair(name, "kernel_size", kernel_size, 1),
            {
                "stride": stride,
                "pad": frozen(padding),
                "output_padding": extra,
                "dilation": dilation,
                "groups": groups,
            },
            transposed=True,
            bias=bias,
            backend=backend,
            dtype=dtype,
            rng=rng,
        )

    def multiply_adds(self, in_shape, out_shape):
        """One product for each weight of a stamp at every input cell."""
        return math.prod(in_shape) * math.prod(self.weight.shape[1:])
