"""HOSTILE affine_forward: crashed|wrong; recursion in C, without the limit that Python has."""

import sys


def affine_forward(x, w, b):
    sys.setrecursionlimit(1 << 30)
    one, other = [], []
    one.append(other)
    other.append(one)
    return one == other, (x, w, b)
