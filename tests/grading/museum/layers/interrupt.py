"""HOSTILE relu_forward: wrong|crashed; a KeyboardInterrupt, as if somebody had pressed Ctrl-C."""


def relu_forward(x):
    raise KeyboardInterrupt
