"""TensorFlow's convolutions and their gradients: ``tf.nn`` and ``tf.raw_ops``."""

from minidl.geometry import conv1d_geometry, integer, require_shape, shape_of
from minidl.interop.tensorflow.arguments import (
    FILTERS,
    IMAGES,
    channels_are_last,
    conv_param,
    filter_bank,
    groups,
    images,
    pads,
    settle,
    steps,
)
from minidl.interop.tensorflow.layouts import (
    channels_first,
    channels_last,
    filters_first,
    filters_last,
)
from minidl.twins import TWINS

OF_CONV2D = "that of conv2d's output"


def conv2d(input, filters, strides, padding, data_format="NHWC", dilations=None, *, backend="fast"):
    """Cross-correlate images with filters, as ``tf.nn.conv2d`` does.

    Parameters
    ----------
    input : array_like of shape (N, H, W, C)
    filters : array_like of shape (HH, WW, C / groups, F)
        How many groups there are follows from the channels of ``input``.
    strides, dilations : int, (h, w) or [1, h, w, 1]
    padding : 'SAME', 'VALID' or [[0, 0], [top, bottom], [left, right], [0, 0]]
        An odd cell of 'SAME' goes to the bottom and right.
    data_format : 'NHWC' or None
        TensorFlow's argument, which takes nothing else here.
    backend : {"fast", "naive"}

    Returns
    -------
    out : ndarray of shape (N, H', W', F)
        ``H'`` is ``ceil(H / stride)`` with 'SAME', otherwise as
        :func:`~minidl.layers.conv_forward_naive` has it.

    Raises
    ------
    ValueError
        If an argument has none of these forms, the channels differ, or the filter does not fit.
    TypeError
        If a number is not an integer, or an array does not hold real numbers.
    """
    channels_are_last("conv2d", data_format)
    param = conv_param("conv2d", strides, padding, dilations)
    return _forward("conv2d", "input", input, filters, param, backend)


def atrous_conv2d(value, filters, rate, padding, *, backend="fast"):
    """Cross-correlate images with filters whose taps lie ``rate`` cells apart, at stride 1.

    Parameters
    ----------
    value : array_like of shape (N, H, W, C)
    filters : array_like of shape (HH, WW, C / groups, F)
    rate : int
    padding : as :func:`conv2d` takes it
    backend : {"fast", "naive"}

    Returns
    -------
    out : ndarray of shape (N, H', W', F)

    Raises
    ------
    ValueError, TypeError
        As :func:`conv2d`.
    """
    rate = integer("atrous_conv2d", "rate", rate, 1)
    param = conv_param("atrous_conv2d", 1, padding, rate)
    return _forward("atrous_conv2d", "value", value, filters, param, backend)


def _forward(op, name, value, filters, param, backend):
    w = filter_bank(op, filters)
    x = images(op, name, value, channels=_seen(w))
    param, _ = settle(op, name, x.shape, w.shape, param)
    forward, _ = TWINS["conv"].implementation(backend, op)
    return channels_last(forward(channels_first(x), filters_first(w), None, param)[0])


def _seen(w):
    """Return the image's channels that filters tell of; a depthwise one of 1 could be any."""
    return w.shape[-2] if w.shape[-2] > 1 else None


def conv2d_backprop_input(
    input_sizes,
    filters,
    out_backprop,
    strides,
    padding,
    data_format="NHWC",
    dilations=None,
    *,
    backend="fast",
):
    """Return the gradient of :func:`conv2d`'s input, as ``tf.raw_ops.Conv2DBackpropInput`` does.

    Parameters
    ----------
    input_sizes : tuple (N, H, W, C)
        Shape of the input: several sizes give the same output where a stride leaves rows over.
    filters : array_like of shape (HH, WW, C / groups, F)
    out_backprop : array_like of shape (N, H', W', F)
        Gradient of the loss with respect to the output.
    strides, padding, data_format, dilations : as :func:`conv2d` takes them
    backend : {"fast", "naive"}

    Returns
    -------
    dx : ndarray of shape ``input_sizes``

    Raises
    ------
    ValueError
        If ``out_backprop`` does not have the shape of the output that such an input gives, or as
        :func:`conv2d`.
    TypeError
        As :func:`conv2d`.
    """
    op = "conv2d_backprop_input"
    channels_are_last(op, data_format)
    param = conv_param(op, strides, padding, dilations)
    n_images, height, width, n_channels = x_shape = shape_of(op, "input_sizes", input_sizes, IMAGES)
    w, dout = filter_bank(op, filters), images(op, "out_backprop", out_backprop)
    param, out_shape = settle(op, "input_sizes", x_shape, w.shape, param)
    require_shape(op, "out_backprop", dout, out_shape, OF_CONV2D)
    (gradient,) = TWINS["conv_input_gradient"].implementation(backend, op)
    first = n_images, n_channels, height, width
    return channels_last(gradient(channels_first(dout), filters_first(w), first, param))


def conv2d_backprop_filter(
    input,
    filter_sizes,
    out_backprop,
    strides,
    padding,
    data_format="NHWC",
    dilations=None,
    *,
    backend="fast",
):
    """Return the gradient of :func:`conv2d`'s filters, as ``tf.raw_ops.Conv2DBackpropFilter`` does.

    Parameters
    ----------
    input : array_like of shape (N, H, W, C)
    filter_sizes : tuple (HH, WW, C / groups, F)
        Shape of the filters: several sizes give the same output where a stride leaves rows over.
    out_backprop : array_like of shape (N, H', W', F)
        Gradient of the loss with respect to the output.
    strides, padding, data_format, dilations : as :func:`conv2d` takes them
    backend : {"fast", "naive"}

    Returns
    -------
    dw : ndarray of shape ``filter_sizes``

    Raises
    ------
    ValueError
        If ``out_backprop`` does not have the shape of the output that such filters give, or as
        :func:`conv2d`.
    TypeError
        As :func:`conv2d`.
    """
    op = "conv2d_backprop_filter"
    channels_are_last(op, data_format)
    param = conv_param(op, strides, padding, dilations)
    height, width, seen, n_filters = w_shape = shape_of(op, "filter_sizes", filter_sizes, FILTERS)
    x, dout = images(op, "input", input), images(op, "out_backprop", out_backprop)
    param, out_shape = settle(op, "input", x.shape, w_shape, param)
    require_shape(op, "out_backprop", dout, out_shape, OF_CONV2D)
    (gradient,) = TWINS["conv_filter_gradient"].implementation(backend, op)
    first = n_filters, seen, height, width
    return filters_last(gradient(channels_first(dout), channels_first(x), first, param))


def conv1d(input, filters, stride, padding, data_format="NWC", dilations=None, *, backend="fast"):
    """Cross-correlate sequences with filters, as ``tf.nn.conv1d`` does.

    Parameters
    ----------
    input : array_like of shape (N, W, C)
    filters : array_like of shape (K, C / groups, F)
    stride, dilations : int, (w,) or [1, w, 1]
    padding : 'SAME', 'VALID' or [[0, 0], [left, right], [0, 0]]
    data_format : 'NWC' or None
        TensorFlow's argument, which takes nothing else here.
    backend : {"fast", "naive"}

    Returns
    -------
    out : ndarray of shape (N, W', F)

    Raises
    ------
    ValueError, TypeError
        As :func:`conv2d`.
    """
    channels_are_last("conv1d", data_format, "NWC")
    w = filter_bank("conv1d", filters, "(K, C, F)")
    x = images("conv1d", "input", input, "(N, W, C)", _seen(w))
    ends = pads("conv1d", padding, n_axes=1)
    param = {
        "stride": steps("conv1d", "stride", stride, n_axes=1),
        "pad": ends if isinstance(ends, str) else ends[0],
        "dilation": steps("conv1d", "dilations", 1 if dilations is None else dilations, n_axes=1),
        "groups": groups("conv1d", "input", x.shape, w.shape),
    }
    x, w = channels_first(x), filters_first(w)
    conv1d_geometry("conv1d", x, w, None, param)  # refuses in this function's name
    forward, _ = TWINS["conv1d"].implementation(backend, "conv1d")
    return channels_last(forward(x, w, None, param)[0])
