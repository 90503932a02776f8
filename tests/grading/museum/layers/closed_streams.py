"""HOSTILE -: passed; standard streams are closed."""

import contextlib
import os
import sys


def relu_forward(x):
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.close()
    for descriptor in (0, 1, 2):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    return x * (x > 0), x
