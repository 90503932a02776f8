"""HOSTILE affine_forward: wrong|crashed; an array file that promises a terabyte."""

import gc


def replaced(name, other):
    """Put another function into the place of the worker's own of a name, wherever it is known."""
    for space in gc.get_objects():
        if type(space) is dict and getattr(space.get(name), "__module__", "").startswith("minidl"):
            space[name] = other


def terabyte(array):
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (131072, 1048576, ), }"
    text = text.ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64)


def affine_forward(x, w, b):
    replaced("to_bytes", terabyte)
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
