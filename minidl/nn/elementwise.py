"""Activation functions as modules: one number at a time, any shape, no parameters."""

from minidl.geometry import finite, known_approximation
from minidl.nn.module import LayerModule


class Activation(LayerModule):
    """An activation function of the table of twins.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    backend : {"fast", "naive"}
    options : tuple
        What its forward pass takes beyond the input.
    """

    def __init__(self, twin, backend, *options):
        super().__init__(twin, backend)
        self._options = options

    def forward(self, x):
        """Return the function of every number of ``x``."""
        out, self._cache = self._forward(x, *self._options)
        return out

    def backward(self, dout):
        """Return ``dout`` times the slope of the function at every number of the input."""
        return self._backward(dout, self._recall())


class ReLU(Activation):
    """Keep positive numbers, zero for the others; see :func:`minidl.layers.relu_forward`.

    Parameters
    ----------
    backend : {"fast", "naive"}
    """

    def __init__(self, *, backend="fast"):
        super().__init__("relu", backend)


class LeakyReLU(Activation):
    """Keep positive numbers, and scale the others: :func:`minidl.layers.leaky_relu_forward`.

    Parameters
    ----------
    negative_slope : float
    backend : {"fast", "naive"}
    """

    def __init__(self, negative_slope=0.01, *, backend="fast"):
        self.negative_slope = finite("LeakyReLU", "negative_slope", negative_slope)
        super().__init__("leaky_relu", backend, self.negative_slope)

    def extra_repr(self):
        """PyTorch's one argument, if it is not at its default."""
        return "" if self.negative_slope == 0.01 else f"negative_slope={self.negative_slope}"


class Sigmoid(Activation):
    """Squash numbers between 0 and 1; see :func:`minidl.layers.sigmoid_forward`.

    Parameters
    ----------
    backend : {"fast", "naive"}
    """

    def __init__(self, *, backend="fast"):
        super().__init__("sigmoid", backend)


class Tanh(Activation):
    """Squash numbers between -1 and 1; see :func:`minidl.layers.tanh_forward`.

    Parameters
    ----------
    backend : {"fast", "naive"}
    """

    def __init__(self, *, backend="fast"):
        super().__init__("tanh", backend)


class GELU(Activation):
    """A ReLU with a soft bend; see :func:`minidl.layers.gelu_forward`.

    Parameters
    ----------
    approximate : {"none", "tanh"}
    backend : {"fast", "naive"}
    """

    def __init__(self, approximate="none", *, backend="fast"):
        self.approximate = known_approximation("GELU", approximate)
        super().__init__("gelu", backend, approximate)

    def extra_repr(self):
        """PyTorch's one argument, if it is not at its default."""
        return "" if self.approximate == "none" else f"approximate={self.approximate!r}"
