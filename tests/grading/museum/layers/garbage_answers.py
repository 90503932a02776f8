"""HOSTILE relu_forward: wrong|crashed; bytes of no meaning are written into every open pipe."""

import contextlib
import os


def relu_forward(x):
    for descriptor in range(1, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            os.write(descriptor, b"minidl:1" + b"\xff" * 8 + b"\x00{[" * 100)
    return x * (x > 0), x
