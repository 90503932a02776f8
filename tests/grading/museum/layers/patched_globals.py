"""HOSTILE two_layer_loss: wrong; the net replaces the layers that it was given by its own."""

import sys

import layers

sys.modules["layers"] = sys.modules[__name__]
layers.softmax_loss = lambda x, y: (0.0, x * 0)


def two_layer_loss(x, y, w1, b1, w2, b2, reg):
    return 0.0, w1, b1, w2, b2
