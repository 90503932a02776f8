"""What layers with learned weights share, and the fully connected layer."""

import math

import numpy as np

from minidl.fast_layers.dense import net_backward_fast, net_forward_fast
from minidl.fast_layers.pair import passes_of_a_module
from minidl.geometry import flag, float_dtype, integer, real_array, require_room
from minidl.nn.module import LayerModule, Parameter
from minidl.randomness import default_rng


class WeightedLayer(LayerModule):
    """A weight, perhaps a bias, and the dtype that both of them, inputs and gradients have.

    Weight and bias are drawn from U(-1 / sqrt(fan_in), 1 / sqrt(fan_in)), PyTorch's default.
    Inputs of another dtype are converted, once, at the door: data in float64, NumPy's default,
    would otherwise turn the whole net to float64, at half the speed.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    weight_shape : tuple of int
        Outputs first; ``fan_in`` is the product of the others, as in PyTorch.
    n_outputs : int
        Number of biases.
    """

    can_skip_input_gradient = True

    def __init__(self, twin, weight_shape, n_outputs, *, bias, backend, dtype, rng):
        super().__init__(twin, backend)
        bias = flag(type(self).__name__, "bias", bias)
        require_room(type(self).__name__, "weight", weight_shape)
        dtype, rng = float_dtype(type(self).__name__, dtype), default_rng(rng)
        bound = 1 / math.sqrt(math.prod(weight_shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, weight_shape).astype(dtype))
        self.bias = None
        if bias:
            self.bias = Parameter(rng.uniform(-bound, bound, n_outputs).astype(dtype))

    def _convert(self, name, array):
        dtype = self.weight.data.dtype
        if type(array) is np.ndarray and array.dtype is dtype:
            return array
        return real_array(type(self).__name__, name, array).astype(dtype, copy=False)

    def _bias_values(self):
        return None if self.bias is None else self.bias.data

    def _run_backward(self, dout, input_gradient):
        dout = self._convert("dout", dout)
        dx, dw, db = self._backward(dout, self._recall(), input_gradient)
        if self.bias is not None:
            self.bias.accumulate(db, fresh=True)
        return dx, dw


class Linear(WeightedLayer):
    """Fully connected layer.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    backend : {"fast", "naive"}
        Which twin does the arithmetic.
    dtype : {"float32", "float64"}
    rng : numpy.random.Generator, optional
        Source of the initial weights; by default the one that ``minidl.manual_seed`` seeds.

    Attributes
    ----------
    weight : Parameter of shape (out_features, in_features)
        As in PyTorch; ``affine_forward`` takes its transpose.
    bias : Parameter of shape (out_features,), or None

    Shape
    -----
    ``(N, d1, ..., dk) -> (N, out_features)`` with ``d1 * ... * dk = in_features``.
    """

    def __init__(
        self, in_features, out_features, bias=True, *, backend="fast", dtype="float32", rng=None
    ):
        self.in_features = integer("Linear", "in_features", in_features, 1)
        self.out_features = integer("Linear", "out_features", out_features, 1)
        shape = (self.out_features, self.in_features)
        arithmetic = {"backend": backend, "dtype": dtype, "rng": rng}
        super().__init__("affine", shape, self.out_features, bias=bias, **arithmetic)
        self._turns = backend == "naive"
        if backend == "fast":  # the same arithmetic on weights as they lie
            passes = net_forward_fast, net_backward_fast
            self._forward, self._backward = passes_of_a_module(*passes)

    def forward(self, x):
        """Weigh every image of ``x``."""
        x = self._convert("x", x)
        w = self.weight.data
        out, self._cache = self._forward(x, w.T if self._turns else w, self._bias_values())
        return out

    def backward(self, dout, input_gradient=True):
        """Add to the gradients of weight and bias; return that of ``x``, or None if not asked."""
        dx, dw = self._run_backward(dout, input_gradient)
        self.weight.accumulate(np.ascontiguousarray(dw.T) if self._turns else dw, fresh=True)
        return dx

    def multiply_adds(self, in_shape, out_shape):
        """One product for every weight and image."""
        return math.prod(out_shape) * self.in_features

    def extra_repr(self):
        """Arguments in PyTorch's order."""
        return f"{self.in_features}, {self.out_features}" + ("" if self.bias else ", bias=False")
