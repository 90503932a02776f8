"""HOSTILE affine_forward: timed out; a loop that never ends."""


def affine_forward(x, w, b):
    while True:
        pass
