"""TensorFlow's conventions: NHWC images, HWIO filters, its names of functions and arguments.

Every function takes these forms, which TensorFlow takes in some places and refuses in others:

* ``strides``, ``dilations``, ``ksize``: an int, ``(h, w)``, or ``[1, h, w, 1]``
  (Keras's layers take the first two);
* ``padding``: ``'SAME'`` or ``'VALID'``, in any case (``tf.nn`` wants capitals), or
  ``[[0, 0], [top, bottom], [left, right], [0, 0]]`` (which only ``tf.nn.conv2d`` and
  ``tf.nn.max_pool2d`` take).

Channels are last, always.

The arithmetic is that of minidl's layers; ``backend`` says whether of the naive or the fast ones.
"""

from minidl.interop.tensorflow.convolution import (
    atrous_conv2d,
    conv1d,
    conv2d,
    conv2d_backprop_filter,
    conv2d_backprop_input,
)
from minidl.interop.tensorflow.keras import Conv2D
from minidl.interop.tensorflow.layouts import (
    flatten_chw_to_hwc,
    flatten_hwc_to_chw,
    hwio_to_oihw,
    nchw_to_nhwc,
    nhwc_to_nchw,
    oihw_to_hwio,
)
from minidl.interop.tensorflow.pooling import avg_pool2d, max_pool2d

__all__ = [
    "Conv2D",
    "atrous_conv2d",
    "avg_pool2d",
    "conv1d",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "flatten_chw_to_hwc",
    "flatten_hwc_to_chw",
    "hwio_to_oihw",
    "max_pool2d",
    "nchw_to_nhwc",
    "nhwc_to_nchw",
    "oihw_to_hwio",
]
