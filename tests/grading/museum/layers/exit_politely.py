"""HOSTILE relu_forward: wrong|crashed; sys.exit(0)."""

import sys


def relu_forward(x):
    sys.exit(0)
