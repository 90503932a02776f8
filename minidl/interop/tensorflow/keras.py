"""A convolution with Keras's arguments, which learns its number of channels from its input."""

import math

import numpy as np

from minidl.geometry import (
    OF_OUTPUT,
    flag,
    float_dtype,
    integer,
    pair,
    real_array,
    require_room,
    require_shape,
)
from minidl.interop.tensorflow.arguments import channels_are_last, conv_param, images, settle
from minidl.interop.tensorflow.layouts import (
    channels_first,
    channels_last,
    filters_first,
    filters_last,
)
from minidl.nn import Parameter
from minidl.nn.module import LayerModule
from minidl.randomness import default_rng


class Conv2D(LayerModule):
    """Convolution of NHWC images, as ``keras.layers.Conv2D``.

    It has no parameters until its first call, or :meth:`build`, tells it how many channels there
    are; asking for them before, as an optimizer does, is an error.

    Parameters
    ----------
    filters : int
    kernel_size : int or (int, int)
        Height and width of the filters.
    strides, dilation_rate : int, (h, w) or [1, h, w, 1]
    padding : 'valid', 'same' or [[0, 0], [top, bottom], [left, right], [0, 0]]
        In any case.  An odd cell of 'same' goes to the bottom and right.
    data_format : None or 'channels_last'
        Keras's argument, which takes nothing else here.
    activation : None
        Likewise: an activation is a layer of its own.
    groups : int
        Each filter sees the channels of its group only.
    use_bias : bool
    backend : {"fast", "naive"}
        Which twin does the arithmetic.  Results agree to the tolerance in ``TWINS``.
    dtype : {"float32", "float64"}
        Of parameters and gradients; inputs of another dtype are converted.
    rng : numpy.random.Generator, optional
        Source of the initial kernel, which is Glorot's uniform one, as in Keras; by default the
        one that ``minidl.manual_seed`` seeds.

    Attributes
    ----------
    kernel : Parameter of shape (HH, WW, C / groups, filters), or None before it is built
    bias : Parameter of shape (filters,), or None
        Zeros at first.

    Shape
    -----
    ``(N, H, W, C) -> (N, H', W', filters)``, see :func:`~minidl.interop.tensorflow.conv2d`.
    """

    can_skip_input_gradient = True

    def __init__(
        self,
        filters,
        kernel_size,
        strides=(1, 1),
        padding="valid",
        data_format=None,
        dilation_rate=(1, 1),
        groups=1,
        activation=None,
        use_bias=True,
        *,
        backend="fast",
        dtype="float32",
        rng=None,
    ):
        super().__init__("conv", backend)
        channels_are_last("Conv2D", data_format, "channels_last")
        if activation is not None:
            raise ValueError(
                f"Conv2D: activation must be None, got {activation!r}; "
                "put a layer such as nn.ReLU() after this one"
            )
        self.filters = integer("Conv2D", "filters", filters, 1)
        self.kernel_size = pair("Conv2D", "kernel_size", kernel_size, 1)
        self.padding = padding
        self.conv_param = conv_param("Conv2D", strides, padding, dilation_rate, "dilation_rate")
        self.groups = integer("Conv2D", "groups", groups, 1)
        if self.filters % self.groups:
            raise ValueError(f"Conv2D: groups {groups} must divide filters {filters}")
        self.use_bias = flag("Conv2D", "use_bias", use_bias)
        self.dtype = float_dtype("Conv2D", dtype)
        default_rng(rng)  # refuses a seed now, though the kernel is drawn later
        self.rng = rng
        self.kernel = self.bias = None

    def build(self, input_shape):
        """Make the parameters; a layer that has them already keeps them.

        Parameters
        ----------
        input_shape : tuple (N, H, W, C)
            The channels alone matter; the others may be None.

        Raises
        ------
        ValueError
            If ``input_shape`` has not four entries, ``groups`` does not divide the channels, or
            the layer was built for others.
        TypeError
            If the channels are no integer.
        """
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) != 4:
            raise ValueError(
                f"Conv2D: input_shape must be (N, H, W, C), got {input_shape!r}; "
                "sizes that are not known may be None"
            )
        shape = self._kernel_shape(input_shape)
        if self.kernel is not None:
            return
        area = math.prod(self.kernel_size)
        bound = math.sqrt(6 / (area * shape[2] + area * shape[3]))  # by what goes in and out
        kernel = default_rng(self.rng).uniform(-bound, bound, shape)
        self.kernel = Parameter(kernel.astype(self.dtype))
        if self.use_bias:
            self.bias = Parameter(np.zeros(self.filters, self.dtype))

    @property
    def _built_for(self):
        """Channels that the kernel takes, or None before there is one."""
        return None if self.kernel is None else self.kernel.shape[2] * self.groups

    def _kernel_shape(self, input_shape):
        """Return the shape that the kernel has, or will have, for such an input."""
        n_channels = integer("Conv2D", "input_shape C", input_shape[3], 1)
        if self.kernel is not None:
            if n_channels != self._built_for:
                raise ValueError(
                    f"Conv2D: the input has {n_channels} channels (shape {tuple(input_shape)}), "
                    f"and the layer was built for {self._built_for}; make another Conv2D for it"
                )
        elif n_channels % self.groups:
            raise ValueError(
                f"Conv2D: groups {self.groups} must divide the input's {n_channels} channels "
                f"(shape {tuple(input_shape)})"
            )
        shape = (*self.kernel_size, n_channels // self.groups, self.filters)
        require_room("Conv2D", "kernel", shape)
        return shape

    def require_parameters(self):
        """Refuse to be asked for parameters that nobody has made yet."""
        if self.kernel is None:
            raise RuntimeError(
                "Conv2D has no parameters before it is built: call it, or the net that it is in, "
                "once, or call build(input_shape)"
            )

    def forward(self, x):
        """Convolve ``x`` (N, H, W, C)."""
        x = images("Conv2D", "x", x, channels=self._built_for)
        shape = self._kernel_shape(x.shape)
        param, out_shape = settle("Conv2D", "x", x.shape, shape, self.conv_param)
        self.build(x.shape)  # now that the image fits
        kernel, bias = self.kernel.data, None if self.bias is None else self.bias.data
        x = x.astype(kernel.dtype, copy=False)
        out, cache = self._forward(channels_first(x), filters_first(kernel), bias, param)
        self._cache = cache, out_shape
        return channels_last(out)

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of kernel and bias; return that of ``x``, or None if not asked."""
        cache, out_shape = self._recall()
        dout = real_array("Conv2D", "dout", dout).astype(self.kernel.data.dtype, copy=False)
        require_shape("Conv2D", "dout", dout, out_shape, OF_OUTPUT)
        dx, dw, db = self._backward(channels_first(dout), cache, input_gradient)
        self.kernel.accumulate(filters_last(dw), fresh=True)
        if self.bias is not None:
            self.bias.accumulate(db, fresh=True)
        return None if dx is None else channels_last(dx)

    def multiply_adds(self, in_shape, out_shape):
        """One product for each weight of a filter at every output cell."""
        return math.prod(out_shape) * math.prod(self.kernel.shape[:3])

    def extra_repr(self):
        """Arguments in Keras's order, those at their default left out."""
        shown = [f"{self.filters}, {self.kernel_size}"]
        for name, value, default in [
            ("strides", self.conv_param["stride"], (1, 1)),
            ("padding", self.padding, "valid"),
            ("dilation_rate", self.conv_param["dilation"], (1, 1)),
            ("groups", self.groups, 1),
            ("use_bias", self.use_bias, True),
        ]:
            if value != default:
                shown.append(f"{name}={value!r}")
        return ", ".join(shown)
