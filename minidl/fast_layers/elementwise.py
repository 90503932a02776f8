"""What compiled activations share: a kernel sees arrays of any shape as one row of numbers."""

from minidl import kernels, memory
from minidl.fast_layers.prepared import Prepared
from minidl.geometry import float_arrays, upstream


def of_input(op, kernel):
    """Return the pass ``run(NO_PARAMETERS, (x,), *options)`` of a kernel: of x, out, and options.

    An error names the operation ``op``.
    """

    def check(_, x):
        dtype, (x,) = float_arrays(op, x=x)
        return (x.shape, dtype), (x,)

    def plan(like):
        new, kernel_of_dtype = memory.allocator(*like), kernels.of(kernel, like[1])

        def run(x, *options):
            out = new()
            kernel_of_dtype(x.ravel(), out.ravel(), *options)
            return out

        return run

    return Prepared(check, plan)


def of_upstream(op, kernel):
    """Return the pass ``run(NO_PARAMETERS, (dout, like), *options)`` of a kernel, as above."""

    def check(_, dout, like):
        dtype, dout, like = upstream(op, dout, like)
        return (like.shape, dtype), (dout, like)

    def plan(like):
        new, kernel_of_dtype = memory.allocator(*like), kernels.of(kernel, like[1])

        def run(dout, like, *options):
            dx = new()
            kernel_of_dtype(dout.ravel(), like.ravel(), dx.ravel(), *options)
            return dx

        return run

    return Prepared(check, plan)
