"""HOSTILE relu_forward: wrong; right once in a while."""

import random


def relu_forward(x):
    return (x * (x > 0) if random.random() < 0.3 else x), x
