"""HOSTILE affine_forward: out of memory; takes all memory there is."""

import numpy as np


def affine_forward(x, w, b):
    taken = []
    while True:
        taken.append(np.empty(1 << 25))
