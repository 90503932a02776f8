"""HOSTILE relu_forward: timed out; waits for nothing."""

import time


def relu_forward(x):
    time.sleep(100_000)
