"""One pass of a compiled update rule over what belongs to a parameter."""

import numpy as np

from minidl import kernels
from minidl.threads import SPLIT_ABOVE, over_images

WORK = 8  # multiply-adds that take as long as a step of one number through memory


def sweep_of(update, w):
    """Return the kernel ``update`` for weights like ``w``, in threads if they are many.

    It takes rows of numbers, contiguous and of one length and dtype: the weights, their gradient,
    and what is remembered, which may be None; then the settings.
    """
    kernel = kernels.of(update, w.dtype)
    return kernel if w.size * WORK < SPLIT_ABOVE else _in_parts(kernel)


def _in_parts(kernel):
    def sweep(*arguments):
        def run(start, stop):
            kernel(*[a[start:stop] if type(a) is np.ndarray else a for a in arguments])

        over_images(run, len(arguments[0]), len(arguments[0]) * WORK)

    return sweep


class Move:
    """The steps of one parameter for as long as nothing but its numbers changes."""

    __slots__ = ("data", "dtype", "found", "kernel", "rows", "settings_at", "shape", "state", "w")

    def __init__(self, found, data, state, rule):
        update, remembered, self.settings_at = rule
        self.found, self.data, self.state = found, data, state
        self.shape, self.dtype = data.shape, data.dtype
        self.kernel = sweep_of(update, data)
        self.w = data.ravel()
        self.rows = [None if array is None else array.ravel() for array in remembered]

    def goes_on(self, found, data, gradient):
        """Whether the next step is like the last, and needs no other check."""
        return (
            data is self.data
            and found is self.found
            and type(gradient) is np.ndarray
            and gradient.dtype is self.dtype
            and gradient.shape == self.shape == data.shape
            and data.dtype is self.dtype
            and data.flags.carray
        )

    def __call__(self, gradient):
        """Make the next step."""
        step = self.state["step"] = self.state["step"] + 1
        self.kernel(self.w, gradient.ravel(), *self.rows, *self.settings_at(step))
