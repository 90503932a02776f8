"""HOSTILE -: passed; prints 20 MB, on every call, in all ways."""

import os
import sys


def relu_forward(x):
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        stream.write("passed\n" * 500_000)
    os.write(1, b"\x00\xff" * 1_000_000)
    os.write(2, b"\x1b[2J" * 1_000_000)
    return x * (x > 0), x
