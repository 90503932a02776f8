"""Convolutions with learned filters, of images and of sequences."""

import math

from minidl.geometry import (
    conv1d_geometry,
    conv_geometry,
    frozen,
    integer,
    known_padding_mode,
    length,
    pad_geometry,
    padding_ends,
    padding_sides,
    pair,
)
from minidl.nn.weighted import WeightedLayer
from minidl.twins import TWINS


class Convolution(WeightedLayer):
    """What all convolutions share: checked channels and groups, and the two passes.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    channels : (int, int)
        Those that come in and those that go out.
    kernel_size : tuple of int
    conv_param : dict
        What the layer function takes, ``'groups'`` among it.
    transposed : bool
        Whether the filters' first axis is that of the channels that come in.
    """

    def __init__(self, twin, channels, kernel_size, conv_param, transposed=False, **arithmetic):
        name = type(self).__name__
        self.in_channels = integer(name, "in_channels", channels[0], 1)
        self.out_channels = integer(name, "out_channels", channels[1], 1)
        groups = integer(name, "groups", conv_param["groups"], 1)
        if self.in_channels % groups or self.out_channels % groups:
            raise ValueError(
                f"{name}: groups {groups} must divide in_channels {self.in_channels} "
                f"and out_channels {self.out_channels}"
            )
        self.kernel_size, self.conv_param = kernel_size, conv_param
        first, second = self.out_channels, self.in_channels
        if transposed:
            first, second = second, first
        shape = (first, second // groups, *kernel_size)
        super().__init__(twin, shape, self.out_channels, **arithmetic)

    def forward(self, x):
        """Convolve ``x``."""
        x = self._convert("x", x)
        return self._convolve(x, self.param_for(x.shape))

    def param_for(self, shape):
        """Return what the layer function takes for inputs of this shape: ``conv_param``.

        A convolution that pads one size more than another overrides it.
        """
        return self.conv_param

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of weight and bias; return that of ``x``, or None if not asked."""
        dx, dw = self._run_backward(dout, input_gradient)
        self.weight.accumulate(dw, fresh=True)
        return dx

    def multiply_adds(self, in_shape, out_shape):
        """One product for each weight of a filter at every output cell."""
        return math.prod(out_shape) * math.prod(self.weight.shape[1:])

    def extra_repr(self):
        """Arguments under PyTorch's names, those at their default left out."""
        shown = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        ones, zeros = (1,) * len(self.kernel_size), (0,) * len(self.kernel_size)
        default = {"stride": ones, "pad": 0, "output_padding": zeros, "dilation": ones, "groups": 1}
        for key, value in self.conv_param.items():
            if value != default[key]:
                shown.append(f"{'padding' if key == 'pad' else key}={value!r}")
        return ", ".join(shown + ([] if self.bias else ["bias=False"]))

    def _convolve(self, x, conv_param):
        b = self.bias
        arrays = self.weight.data, None if b is None else b.data
        out, self._cache = self._forward(x, *arrays, conv_param)
        return out


class PaddedConvolution(Convolution):
    """A convolution that may pad with the image itself, in as many dimensions as a subclass says.

    Zeros are padded by the layer function; for any other mode a layer of its own pads first.

    Attributes
    ----------
    twin : str
        Key in ``TWINS``.
    n_axes : int
        2 for images, 1 for sequences.
    """

    twin, n_axes = None, None

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        name = type(self).__name__
        check_padding = padding_sides if self.n_axes == 2 else padding_ends
        check_padding(name, padding, "padding")
        self.padding_mode = known_padding_mode(name, padding_mode, "padding_mode")
        kernel_size = self._along_axes("kernel_size", kernel_size)
        conv_param = {
            "stride": self._along_axes("stride", stride),
            "pad": frozen(padding),
            "dilation": self._along_axes("dilation", dilation),
            "groups": groups,
        }
        arithmetic = {"bias": bias, "backend": backend, "dtype": dtype, "rng": rng}
        channels = in_channels, out_channels
        super().__init__(self.twin, channels, kernel_size, conv_param, **arithmetic)
        self._pad, self._pad_backward = TWINS["pad"].implementation(backend, name)
        self._pad_cache = None

    def _along_axes(self, argument, value):
        name = type(self).__name__
        if self.n_axes == 2:
            return pair(name, argument, value, 1)
        return (length(name, argument, value, 1),)

    def forward(self, x):
        """Convolve ``x``, padded if need be."""
        if self.padding_mode == "zeros":
            return Convolution.forward(self, x)
        x = self._convert("x", x)
        check = conv_geometry if self.n_axes == 2 else conv1d_geometry
        grid = check(type(self).__name__, x, self.weight.data, None, self.param_for(x.shape)).grid
        images = x.reshape(*x.shape[:2], grid.image_h, grid.image_w)
        pad_param = {"pad": grid.param["pad"], "mode": self.padding_mode}
        pad_geometry(type(self).__name__, images, pad_param)  # refuses in this layer's name
        padded, self._pad_cache = self._pad(images, pad_param)
        padded = padded.reshape(*x.shape[:2], *padded.shape[4 - self.n_axes :])
        return self._convolve(padded, {**self.conv_param, "pad": 0})

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of weight and bias; return that of ``x``, or None if not asked."""
        dx = Convolution.backward(self, dout, input_gradient)
        if dx is None or self.padding_mode == "zeros":
            return dx
        images, pad_param = self._pad_cache
        (top, bottom), (left, right) = pad_param["pad"]
        height, width = images.shape[2:]
        dpadded = dx.reshape(*dx.shape[:2], top + height + bottom, left + width + right)
        dx = self._pad_backward(dpadded, self._pad_cache)
        return dx.reshape(*dx.shape[:2], *dx.shape[4 - self.n_axes :])

    def extra_repr(self):
        """Arguments under PyTorch's names, those at their default left out."""
        mode = "" if self.padding_mode == "zeros" else f", padding_mode={self.padding_mode!r}"
        return super().extra_repr() + mode


class Conv2d(PaddedConvolution):
    """Convolution with learned filters and biases.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        Height and width of the filters.
    stride, dilation : int or (int, int)
    padding : int, (h, w), ((top, bottom), (left, right)), 'valid' or 'same'
        'same' follows TensorFlow's rule, which agrees with PyTorch's where PyTorch has one.
    groups : int
        Each filter sees the channels of its group only.
    bias : bool
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the padding holds: see :func:`minidl.layers.pad_forward_naive`.
    backend : {"fast", "naive"}
        Which twin does the arithmetic.  Results agree to the tolerance in ``TWINS``.
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Attributes
    ----------
    weight : Parameter of shape (out_channels, in_channels / groups, HH, WW)
    bias : Parameter of shape (out_channels,), or None

    Shape
    -----
    ``(N, in_channels, H, W) -> (N, out_channels, H', W')``, see ``conv_forward_naive``.
    """

    twin, n_axes = "conv", 2


class Conv1d(PaddedConvolution):
    """1-D convolution with learned filters and biases.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, dilation : int
    padding : int, (left, right), 'valid' or 'same'
    groups, bias, padding_mode, backend, dtype, rng
        As :class:`Conv2d` takes them.

    Attributes
    ----------
    weight : Parameter of shape (out_channels, in_channels / groups, K)
    bias : Parameter of shape (out_channels,), or None

    Shape
    -----
    ``(N, in_channels, L) -> (N, out_channels, L')``, see ``conv1d_forward_naive``.
    """

    twin, n_axes = "conv1d", 1
