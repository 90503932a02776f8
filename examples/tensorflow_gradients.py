"""The gradients of a convolution by TensorFlow's functions, small enough to check on paper.

A 2 x 2 filter and a 3 x 3 image, without padding and with 'SAME', whose padding for a filter of
this size is one row below and one column on the right.

Run: python examples/tensorflow_gradients.py
"""

import numpy as np

from minidl.interop import tensorflow as tf

IMAGE = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
FILTER = np.array([[3.0, 4.0], [5.0, 6.0]]).reshape(2, 2, 1, 1)


def of_input(rows, padding):
    """Return the gradient of the image, given that of the output."""
    out_backprop = np.array(rows, dtype=float)[None, ..., None]
    return tf.conv2d_backprop_input(IMAGE.shape, FILTER, out_backprop, 1, padding)


def of_filter(rows, padding):
    """Return the gradient of the filter, given that of the output."""
    out_backprop = np.array(rows, dtype=float)[None, ..., None]
    return tf.conv2d_backprop_filter(IMAGE, FILTER.shape, out_backprop, 1, padding)


def show(title, array):
    """Print the one matrix that an NHWC image or an HWIO filter of one channel is."""
    print(f"{title}\n  {np.squeeze(array).astype(int).tolist()}")


SAME_OUT = [[-1, 1, 3], [2, -2, -4], [-3, 4, 1]]
TOP_LEFT = [[0, 0], [1, 0], [1, 0], [0, 0]]

show("1. conv2d_backprop_input, VALID", of_input([[-1, 1], [2, -2]], "VALID"))
show("2. conv2d_backprop_filter, VALID", of_filter([[-1, -2], [-3, -4]], "VALID"))
show("3. conv2d_backprop_input, SAME", of_input(SAME_OUT, "SAME"))
show("4. conv2d_backprop_filter, SAME", of_filter([[-1, -2, 1], [-3, -4, 2], [-2, 1, 3]], "SAME"))
print(
    "\nA widely copied page of these examples shows the first array in the place of the third: it"
)
print("prints the first example's variable by mistake.  The third array above is TensorFlow's own.")
show("\nThe third, if the top and the left were padded instead", of_input(SAME_OUT, TOP_LEFT))
