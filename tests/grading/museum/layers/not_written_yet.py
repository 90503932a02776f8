"""HOSTILE relu_forward: not attempted; code before the line of the stub that raises."""

import numpy as np


def relu_forward(x):
    out = np.maximum(x, 0)
    print("here I am", out.shape)
    raise NotImplementedError("relu_forward: yours to write")
