"""HOSTILE affine_forward: wrong|crashed|out of memory|timed out; 200 processes, 64 are allowed."""

import os
import time


def affine_forward(x, w, b):
    for _ in range(200):
        if not os.fork():
            time.sleep(300)
            os._exit(0)
    time.sleep(0.5)
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
