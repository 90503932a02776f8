"""HOSTILE relu_forward: crashed; every descriptor is closed, the pipe to the grader too."""

import os


def relu_forward(x):
    os.closerange(0, 1024)
    return x * (x > 0), x
