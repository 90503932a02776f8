"""HOSTILE affine_forward: wrong|crashed|out of memory; an array file that promises a terabyte."""

import types

import numpy as np


def header(file, array, *args, **options):
    text = (
        "{'descr': '<f8', 'fortran_order': False, 'shape': (131072, 1048576), }".ljust(117) + "\n"
    )
    file.write(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode())


def affine_forward(x, w, b):
    np.lib.format = types.SimpleNamespace(**{**vars(np.lib.format), "write_array": header})
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
