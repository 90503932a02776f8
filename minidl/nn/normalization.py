"""What normalising modules share, and those that look at one item at a time."""

import math

import numpy as np

from minidl.geometry import (
    OF_OUTPUT,
    flag,
    float_dtype,
    integer,
    positive,
    real_array,
    require_room,
    require_shape,
)
from minidl.nn.module import LayerModule, Parameter


class Normalization(LayerModule):
    """What all normalisations share: a scale that starts at 1, a shift that starts at 0, a dtype.

    Inputs are converted to the dtype, and seen by the layer functions in a shape of theirs.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    shape : tuple of int
        Of weight and bias.
    eps : float
    scaled, shifted : bool
        Whether weight and bias are learned; else they are None.
    backend, dtype : str
    """

    def __init__(self, twin, shape, eps, *, scaled, shifted, backend, dtype):
        name = type(self).__name__
        super().__init__(twin, backend)
        self.eps = positive(name, "eps", eps)
        require_room(name, "weight", shape)
        dtype = float_dtype(name, dtype)
        self.weight = Parameter(np.ones(shape, dtype)) if scaled else None
        self.bias = Parameter(np.zeros(shape, dtype)) if shifted else None
        self._constants = np.ones(shape, dtype), np.zeros(shape, dtype)

    def _learned(self):
        """Return scale and shift as the layer functions take them."""
        pairs = zip((self.weight, self.bias), self._constants, strict=True)
        return [(constant if own is None else own.data).reshape(-1) for own, constant in pairs]

    def _convert(self, name, array):
        array = real_array(type(self).__name__, name, array)
        return array.astype(self._constants[0].dtype, copy=False)

    def _remember_shapes(self, forward_result, seen, shape):
        out, cache = forward_result
        self._cache = cache, seen, shape
        return out.reshape(shape)

    def backward(self, dout):
        """Add to the gradients of weight and bias, and return that of the input."""
        cache, seen, shape = self._recall()
        dout = self._convert("dout", dout)
        require_shape(type(self).__name__, "dout", dout, shape, OF_OUTPUT)
        dx, dgamma, dbeta = self._backward(dout.reshape(seen), cache)
        for parameter, gradient in ((self.weight, dgamma), (self.bias, dbeta)):
            if parameter is not None:
                parameter.accumulate(gradient.reshape(parameter.shape), fresh=True)
        return dx.reshape(shape)


class LayerNorm(Normalization):
    """Give the last axes of every item mean 0 and variance 1, then a learned scale and shift.

    PyTorch's module normalises as many axes as it is told; CS231n's ``layernorm_forward``, which
    does the arithmetic, has rows (N, D).  Training and evaluation are the same.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        Sizes of the axes to normalise, the last ones of the input.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether there is a learned scale, one for each element.
    bias : bool
        Whether there is a learned shift, too.
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}

    Attributes
    ----------
    weight, bias : Parameter of shape ``normalized_shape``, or None

    Shape
    -----
    ``(..., *normalized_shape) -> (..., *normalized_shape)``
    """

    def __init__(
        self,
        normalized_shape,
        eps=1e-5,
        elementwise_affine=True,
        bias=True,
        *,
        backend="fast",
        dtype="float32",
    ):
        sizes = normalized_shape
        if not isinstance(sizes, (tuple, list)):
            sizes = (sizes,)
        if not sizes:
            raise ValueError("LayerNorm: normalized_shape must have at least one axis, got ()")
        sizes = tuple(integer("LayerNorm", "normalized_shape", size, 1) for size in sizes)
        self.normalized_shape = sizes
        self.elementwise_affine = flag("LayerNorm", "elementwise_affine", elementwise_affine)
        shifted = flag("LayerNorm", "bias", bias) and self.elementwise_affine
        arithmetic = {"shifted": shifted, "backend": backend, "dtype": dtype}
        super().__init__("layernorm", sizes, eps, scaled=self.elementwise_affine, **arithmetic)

    def forward(self, x):
        """Normalise the last axes of ``x``."""
        x = self._convert("x", x)
        n_axes = len(self.normalized_shape)
        if x.shape[max(x.ndim - n_axes, 0) :] != self.normalized_shape:
            raise ValueError(
                f"LayerNorm: the last axes of x must be {self.normalized_shape}, "
                f"got shape {x.shape}"
            )
        seen = math.prod(x.shape[: x.ndim - n_axes]), math.prod(self.normalized_shape)
        result = self._forward(x.reshape(seen), *self._learned(), {"eps": self.eps})
        return self._remember_shapes(result, seen, x.shape)

    def extra_repr(self):
        """Arguments as PyTorch shows them."""
        affine = self.elementwise_affine
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={affine}" + (
            ", bias=False" if affine and self.bias is None else ""
        )


class GroupNorm(Normalization):
    """Give every group of channels of an item mean 0 and variance 1, then scale and shift.

    PyTorch's weights are (C,), and pixels may have any number of axes; CS231n's
    ``spatial_groupnorm_forward``, which does the arithmetic, has (1, C, 1, 1) and images.
    Training and evaluation are the same.

    Parameters
    ----------
    num_groups : int
        Divides ``num_channels``.
    num_channels : int
    eps : float
        Added to the variance.
    affine : bool
        Whether there is a learned scale and shift for each channel.
    backend : {"fast", "naive"}
    dtype : {"float32", "float64"}

    Attributes
    ----------
    weight, bias : Parameter of shape (num_channels,), or None

    Shape
    -----
    ``(N, C, ...) -> (N, C, ...)``
    """

    def __init__(
        self, num_groups, num_channels, eps=1e-5, affine=True, *, backend="fast", dtype="float32"
    ):
        self.num_groups = integer("GroupNorm", "num_groups", num_groups, 1)
        self.num_channels = integer("GroupNorm", "num_channels", num_channels, 1)
        if self.num_channels % self.num_groups:
            raise ValueError(
                f"GroupNorm: num_groups {self.num_groups} must divide "
                f"num_channels {self.num_channels}"
            )
        self.affine = flag("GroupNorm", "affine", affine)
        learned = {"scaled": self.affine, "shifted": self.affine}
        arithmetic = {**learned, "backend": backend, "dtype": dtype}
        super().__init__("spatial_groupnorm", (self.num_channels,), eps, **arithmetic)

    def forward(self, x):
        """Normalise the groups of channels of ``x``."""
        x = self._convert("x", x)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm: x must be (N, {self.num_channels}, ...), got shape {x.shape}"
            )
        seen = (*x.shape[:2], math.prod(x.shape[2:]), 1)
        param = {"eps": self.eps}
        result = self._forward(x.reshape(seen), *self._learned(), self.num_groups, param)
        return self._remember_shapes(result, seen, x.shape)

    def extra_repr(self):
        """Arguments as PyTorch shows them."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
