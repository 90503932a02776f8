"""HOSTILE affine_forward: crashed|out of memory|wrong; recursion in C, without Python's limit."""

import sys


def affine_forward(x, w, b):
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(10_000_000):
        nested = [nested]
    return repr(nested), (x, w, b)
