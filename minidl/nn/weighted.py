"""Layers with learned weights: convolution and the fully connected layer."""

import math

import numpy as np

from minidl.geometry import float_dtype, integer, padding_sides, pair, real_array
from minidl.nn.module import LayerModule, Parameter
from minidl.randomness import default_rng


class WeightedLayer(LayerModule):
    """A weight, perhaps a bias, and the dtype that both of them, inputs and gradients have.

    Weight and bias are drawn from U(-1 / sqrt(fan_in), 1 / sqrt(fan_in)), PyTorch's default.
    Inputs of another dtype are converted, once, at the door: data in float64, NumPy's default,
    would otherwise turn the whole net to float64, at half the speed.
    """

    can_skip_input_gradient = True

    def __init__(self, twin, weight_shape, *, bias, backend, dtype, rng):
        super().__init__(twin, backend)
        if not isinstance(bias, bool):
            raise TypeError(f"{type(self).__name__}: bias must be True or False, got {bias!r}")
        dtype, rng = float_dtype(type(self).__name__, dtype), default_rng(rng)
        bound = 1 / math.sqrt(math.prod(weight_shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, weight_shape).astype(dtype))
        self.bias = None
        if bias:
            self.bias = Parameter(rng.uniform(-bound, bound, weight_shape[0]).astype(dtype))

    def _convert(self, name, array):
        array = real_array(type(self).__name__, name, array)
        return array.astype(self.weight.data.dtype, copy=False)

    def _bias_values(self):
        return None if self.bias is None else self.bias.data

    def _run_backward(self, dout, input_gradient):
        dout = self._convert("dout", dout)
        dx, dw, db = self._backward(dout, self._recall(), input_gradient=input_gradient)
        if self.bias is not None:
            self.bias.accumulate(db, fresh=True)
        return dx, dw


class Conv2d(WeightedLayer):
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
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        self.in_channels = integer("Conv2d", "in_channels", in_channels, 1)
        self.out_channels = integer("Conv2d", "out_channels", out_channels, 1)
        self.kernel_size = pair("Conv2d", "kernel_size", kernel_size, 1)
        groups = integer("Conv2d", "groups", groups, 1)
        if self.in_channels % groups or self.out_channels % groups:
            raise ValueError(
                f"Conv2d: groups {groups} must divide in_channels {in_channels} "
                f"and out_channels {out_channels}"
            )
        padding_sides("Conv2d", padding, "padding")
        self.conv_param = {
            "stride": pair("Conv2d", "stride", stride, 1),
            "pad": padding,
            "dilation": pair("Conv2d", "dilation", dilation, 1),
            "groups": groups,
        }
        shape = (self.out_channels, self.in_channels // groups, *self.kernel_size)
        super().__init__("conv", shape, bias=bias, backend=backend, dtype=dtype, rng=rng)

    def forward(self, x):
        """Convolve ``x`` (N, in_channels, H, W)."""
        x = self._convert("x", x)
        return self._remember(
            self._forward(x, self.weight.data, self._bias_values(), self.conv_param)
        )

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of weight and bias; return that of ``x``, or None if not asked."""
        dx, dw = self._run_backward(dout, input_gradient)
        self.weight.accumulate(dw, fresh=True)
        return dx

    def multiply_adds(self, in_shape, out_shape):
        """One product for each weight of a filter at every output cell."""
        return math.prod(out_shape) * math.prod(self.weight.data.shape[1:])

    def extra_repr(self):
        """Arguments in PyTorch's order, those at their default left out."""
        shown = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        default = {"stride": (1, 1), "pad": 0, "dilation": (1, 1), "groups": 1}
        for key, value in self.conv_param.items():
            if value != default[key]:
                shown.append(f"{'padding' if key == 'pad' else key}={value!r}")
        return ", ".join(shown + ([] if self.bias else ["bias=False"]))


class Linear(WeightedLayer):
    """Fully connected layer.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    backend : {"fast", "naive"}
        Which twin does the arithmetic.
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Attributes
    ----------
    weight : Parameter of shape (out_features, in_features)
        As in PyTorch; ``affine_forward`` takes its transpose.
    bias : Parameter of shape (out_features,), or None

    Shape
    -----
    ``(N, d1, ..., dk) -> (N, out_features)`` with ``d1 * ... * dk = in_features``.
    """

    def __init__(
        self, in_features, out_features, bias=True, *, backend="fast", dtype="float32", rng=None
    ):
        self.in_features = integer("Linear", "in_features", in_features, 1)
        self.out_features = integer("Linear", "out_features", out_features, 1)
        shape = (self.out_features, self.in_features)
        super().__init__("affine", shape, bias=bias, backend=backend, dtype=dtype, rng=rng)

    def forward(self, x):
        """Weigh every image of ``x``."""
        x = self._convert("x", x)
        return self._remember(self._forward(x, self.weight.data.T, self._bias_values()))

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of weight and bias; return that of ``x``, or None if not asked."""
        dx, dw = self._run_backward(dout, input_gradient)
        self.weight.accumulate(np.ascontiguousarray(dw.T), fresh=True)
        return dx

    def multiply_adds(self, in_shape, out_shape):
        """One product for every weight and image."""
        return math.prod(out_shape) * self.in_features

    def extra_repr(self):
        """Arguments in PyTorch's order."""
        return f"{self.in_features}, {self.out_features}" + ("" if self.bias else ", bias=False")
