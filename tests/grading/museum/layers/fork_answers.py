"""HOSTILE affine_forward: wrong|crashed; a child answers first, and wrong."""

import os
import time


def affine_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w + b
    if os.fork():
        time.sleep(0.3)
        return out, (x, w, b)
    return out * 0 - 1, (x, w, b)
