"""Convolutions worked out by hand, and confirmed with other frameworks; shared by several tests."""

import numpy as np

from minidl.trace.descent import FILTER, IMAGE, LEARNING_RATE, TARGET
from minidl.trace.presets import TF_DOUT, TF_FILTER


def image(rows):
    """Return a matrix as a batch of one image of one channel."""
    return np.array(rows, dtype=np.float64)[None, None]


X = image(IMAGE)
TO_25 = image(np.arange(1, 26).reshape(5, 5))

SGD_STEP = {
    "x": X,
    "w": image(FILTER),
    "target": TARGET,
    "lr": LEARNING_RATE,
    "conv": image([[36, 47], [69, 80]]),
    "sum": 232.0,
    "loss": 4.0,
    "dw": image([[48, 64], [96, 112]]),
    "w_after": image([[2.52, 1.36], [0.04, 3.88]]),
    "sum_after": 161.6,
    "loss_after": 4678.56,
}

# x, w, conv_param, out
FORWARD = [
    (X, TF_FILTER, {"pad": "valid"}, [[61, 79], [115, 133]]),
    (X, TF_FILTER, {"pad": "same"}, [[61, 79, 39], [115, 133, 63], [53, 60, 27]]),
    (
        TO_25,
        [[1, 2], [3, 4]],
        {"pad": "valid", "dilation": 2},
        [[92, 102, 112], [142, 152, 162], [192, 202, 212]],
    ),
    (
        TO_25,
        [[1, 2], [3, 4]],
        {"pad": "same", "dilation": 2},
        [
            [28, 50, 57, 64, 27],
            [52, 92, 102, 112, 46],
            [82, 142, 152, 162, 66],
            [112, 192, 202, 212, 86],
            [34, 52, 55, 58, 19],
        ],
    ),
    (image([[1, 2, 3, 4, 5, 6]]), [[1, 0, -1]], {"pad": "valid"}, [[-2, -2, -2, -2]]),
    (image([[1, 2, 3, 4, 5, 6]]), [[1, 0, -1]], {"pad": "valid", "stride": 2}, [[-2, -2]]),
    (image([[1, 2, 3, 4, 5, 6]]), [[1, 0, -1]], {"pad": "same"}, [[-2, -2, -2, -2, -2, 5]]),
    (image([[1, 2, 3, 4, 5, 6]]), [[1, 0, -1]], {"pad": "same", "stride": 2}, [[-2, -2, 5]]),
]

# pad, w, dout, dx, for a 3 x 3 image
INPUT_GRADIENT = [
    ("valid", TF_FILTER, TF_DOUT["input", "valid"], [[-3, -1, 4], [1, 1, -2], [10, 2, -12]]),
    (
        "same",
        TF_FILTER,
        TF_DOUT["input", "same"],
        [[-3, -1, 13], [1, 1, 1], [1, 2, -13]],
    ),
    (  # padding the other sides instead gives other numbers
        ((1, 0), (1, 0)),
        TF_FILTER,
        TF_DOUT["input", "same"],
        [[1, 1, 2], [2, -13, -20], [2, 29, 6]],
    ),
]

# pad, dout, dw, for X and a 2 x 2 filter
FILTER_GRADIENT = [
    ("valid", TF_DOUT["filter", "valid"], [[-37, -47], [-67, -77]]),
    ("same", TF_DOUT["filter", "same"], [[-1, -54], [-43, -77]]),
]

# image, kernel, stride, padding, out, and the padding ((top, bottom), (left, right))
SHAPES = [
    (32, 5, 1, "valid", 28, ((0, 0), (0, 0))),
    (32, 5, 1, "same", 32, ((2, 2), (2, 2))),
    (32, 5, 2, "same", 16, ((1, 2), (1, 2))),
    (32, 5, 2, "valid", 14, ((0, 0), (0, 0))),
    (28, 3, 1, ((1, 1), (1, 1)), 28, ((1, 1), (1, 1))),
]

# in_chans, the one weight of every channel, adapted from 1, 2, 3
ADAPTED = [
    (1, [6]),
    (2, [1.5, 3]),
    (3, [1, 2, 3]),
    (4, [0.75, 1.5, 2.25, 0.75]),
    (6, [0.5, 1, 1.5, 0.5, 1, 1.5]),
]
