"""Layers without parameters that are no activations: Flatten, Sum."""

import math

import numpy as np

from minidl.geometry import OF_OUTPUT, float_arrays, real_array, require_shape
from minidl.nn.module import Module


class Flatten(Module):
    """Lay every image out as one row: ``(N, d1, ..., dk) -> (N, d1 * ... * dk)``."""

    def forward(self, x):
        """Return ``x`` with one row for each image."""
        x = real_array("Flatten", "x", x)
        if x.ndim < 1:
            raise ValueError("Flatten: x must be (N, d1, ..., dk), got a single number")
        self._cache = shape = x.shape
        return x.reshape(shape[0], math.prod(shape[1:]))

    def backward(self, dout):
        """Give ``dout`` the shape of the input."""
        shape = self._recall()
        dout = real_array("Flatten", "dout", dout)
        flat = shape[0], math.prod(shape[1:])
        require_shape("Flatten", "dout", dout, flat, OF_OUTPUT)
        return dout.reshape(shape)


class Sum(Module):
    """Add all elements up to one number; with it a loss can be written by hand."""

    def forward(self, x):
        """Return the sum of ``x`` as an array of shape ()."""
        dtype, (x,) = float_arrays("Sum", x=x)
        self._cache = x.shape
        return np.asarray(x.sum(), dtype=dtype)

    def backward(self, dout):
        """Every element counts once, so each receives ``dout``, one number."""
        shape = self._recall()
        dtype, (dout,) = float_arrays("Sum", dout=dout)
        if dout.shape != ():
            raise ValueError(f"Sum: dout must be one number, got shape {dout.shape}")
        return np.full(shape, dout, dtype=dtype)
