"""What compiled activations share: a kernel sees arrays of any shape as one row of numbers."""

from minidl import memory


def for_each_number(kernel, *arrays, options=()):
    """Return a new array of the arrays' one shape and dtype, which ``kernel`` fills.

    The kernel takes the arrays, the new one, then ``options``.
    """
    out = memory.empty(arrays[0].shape, arrays[0].dtype)
    kernel(*[array.ravel() for array in arrays], out.ravel(), *options)
    return out
