"""What strides and padding do to the shapes of Keras's Conv2D.

The last row pads by numbers, as tf.nn.conv2d takes them; Keras itself would want a ZeroPadding2D
in front.

Run: python examples/keras_shapes.py
"""

import numpy as np

from minidl.interop import tensorflow as tf

ONE_EACH = [[0, 0], [1, 1], [1, 1], [0, 0]]  # a row above and below, a column left and right

# input, filters, kernel, strides, padding
CASES = [
    ((1, 32, 32, 3), 4, 5, 1, "valid"),
    ((1, 32, 32, 3), 4, 5, 1, "same"),
    ((1, 32, 32, 3), 4, 5, 2, "same"),
    ((1, 32, 32, 3), 4, 5, 2, "valid"),
    ((2, 28, 28, 3), 16, 3, 1, ONE_EACH),
]

ROW = "{:15}  {:7}  {:6}  {:7}  {:7}  {:15}  {:13}  {}"
print(ROW.format(*["input", "filters", "kernel", "strides", "padding", "output", "kernel", "bias"]))
for shape, filters, kernel, strides, padding in CASES:
    conv = tf.Conv2D(filters, kernel, strides, padding)
    out = conv(np.zeros(shape))  # the first call tells the layer how many channels there are
    name = padding if isinstance(padding, str) else "1 each"
    shapes = (str(s) for s in (out.shape, conv.kernel.shape, conv.bias.shape))
    print(ROW.format(str(shape), filters, kernel, strides, name, *shapes))
