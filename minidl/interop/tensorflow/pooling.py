"""TensorFlow's pooling: ``tf.nn.max_pool2d`` and ``tf.nn.avg_pool2d``."""

from minidl.geometry import avg_pool_geometry, max_pool_geometry
from minidl.interop.tensorflow.arguments import channels_are_last, images, pads, steps
from minidl.interop.tensorflow.layouts import channels_first, channels_last
from minidl.twins import TWINS


def max_pool2d(input, ksize, strides, padding, data_format="NHWC", *, backend="fast"):
    """Keep the largest number of every window, channel by channel; padding never wins.

    Parameters
    ----------
    input : array_like of shape (N, H, W, C)
    ksize, strides : int, (h, w) or [1, h, w, 1]
        Height and width of the window, and its steps.
    padding : 'SAME', 'VALID' or [[0, 0], [top, bottom], [left, right], [0, 0]]
    data_format : 'NHWC' or None
        TensorFlow's argument, which takes nothing else here.
    backend : {"fast", "naive"}

    Returns
    -------
    out : ndarray of shape (N, H', W', C)

    Raises
    ------
    ValueError
        If an argument has none of these forms, or the window does not fit.
    TypeError
        If a number is not an integer, or ``input`` does not hold real numbers.
    """
    channels_are_last("max_pool2d", data_format)
    x, param = _arguments("max_pool2d", input, ksize, strides, padding)
    max_pool_geometry("max_pool2d", x, param)  # refuses in this function's name
    forward, _ = TWINS["max_pool"].implementation(backend, "max_pool2d")
    return channels_last(forward(x, param)[0])


def avg_pool2d(input, ksize, strides, padding, data_format="NHWC", *, backend="fast"):
    """Average every window, channel by channel; only cells of the image count.

    Parameters
    ----------
    input : array_like of shape (N, H, W, C)
    ksize, strides : int, (h, w) or [1, h, w, 1]
        Height and width of the window, and its steps.
    padding, data_format : as :func:`max_pool2d` takes them
    backend : {"fast", "naive"}

    Returns
    -------
    out : ndarray of shape (N, H', W', C)

    Raises
    ------
    ValueError, TypeError
        As :func:`max_pool2d`.
    """
    channels_are_last("avg_pool2d", data_format)
    x, param = _arguments("avg_pool2d", input, ksize, strides, padding)
    param["count_include_pad"] = False
    avg_pool_geometry("avg_pool2d", x, param)  # refuses in this function's name
    forward, _ = TWINS["avg_pool"].implementation(backend, "avg_pool2d")
    return channels_last(forward(x, param)[0])


def _arguments(op, input, ksize, strides, padding):
    x = images(op, "input", input)
    height, width = steps(op, "ksize", ksize)
    param = {
        "pool_height": height,
        "pool_width": width,
        "stride": steps(op, "strides", strides),
        "pad": pads(op, padding),
    }
    return channels_first(x), param
