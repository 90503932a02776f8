"""WRONG relu_forward: negative numbers of the input itself are set to zero."""


def relu_forward(x):
    mask = x < 0
    x[mask] = 0
    return x, x
