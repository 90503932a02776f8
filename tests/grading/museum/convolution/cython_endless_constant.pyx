"""HOSTILE conv_forward_fast: timed out|wrong; a constant that takes Cython for ever to fold."""

HUGE = 10 ** 10 ** 10


def conv_forward_fast(x, w, b, stride, pad):
    return x
