"""HOSTILE affine_forward: crashed; recursion in C, without Python's limit."""

import sys


def affine_forward(x, w, b):
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(200_000):
        nested = [nested]
    return repr(nested), (x, w, b)
