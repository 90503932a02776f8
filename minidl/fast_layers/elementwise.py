"""What compiled activations share: a kernel sees arrays of any shape as one row of numbers."""

import numpy as np

from minidl import memory


def for_each_number(kernel, *arrays, options=()):
    """Return a new array of the arrays' one shape and dtype, which ``kernel`` fills.

    The kernel takes the arrays, the new one, then ``options``.
    """
    out = memory.empty(arrays[0].shape, dtype=arrays[0].dtype)
    rows = [np.ascontiguousarray(array).reshape(-1) for array in arrays]
    kernel(*rows, out.reshape(-1), *options)
    return out
