"""Functions as students write them, right and wrong; `test_students.py` calls them by name."""

import ctypes
import os
import subprocess
import sys

import numpy as np

calls = []
buffer = np.zeros((2, 3))


def relu_forward(x):
    print("here I am")
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def layout(x):
    """Tell how the argument lies in memory: C, Fortran, writeable."""
    flags = x.flags
    return np.array([flags.c_contiguous, flags.f_contiguous, flags.writeable, x.dtype.isnative])


def echo(*arguments):
    return arguments


def in_place(x, param):
    x[x < 0] = 0
    param["seen"] = x.sum()
    return x, None


def same_buffer(x):
    buffer[...] = x
    return buffer


def remembers(x):
    calls.append(1)
    return np.array(len(calls))


def no_return(x):
    x * 2


def list_of_lists(x):
    return [[1, 2], [3, 4]]


def words(x):
    return "relu"


def objects(x):
    return np.array([None, 1], dtype=object)


def matrix(x):
    return np.ma.masked_array(x)


def two(x):
    return x, x


def untouched(x):
    raise NotImplementedError("relu_forward: yours to write")


def raises(x):
    return x[7]


def recurses(x):
    return recurses(x)


def loops(x):
    while True:
        x = x + 1


def exits(x):
    sys.exit(3)


def exits_hard(x):
    os._exit(0)


def crashes(x):
    ctypes.string_at(0)


def closes_everything(x):
    os.closerange(0, 50)


def leaves_a_child(x):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    os._exit(5)


def floods(x):
    for _ in range(100):
        print("all work and no play " * 5000)
    return x


def reads(x):
    return np.array(len(sys.stdin.read()))


not_a_function = 3
