"""What every module shares: parameters with names, and a cache between forward and backward."""

import threading

import numpy as np

from minidl.fast_layers.pair import passes_of_a_module
from minidl.geometry import fitting_arrays, float_arrays, real_array, require_shape
from minidl.twins import TWINS


class _Calls(threading.local):
    """Whether a module's call is under way in this thread."""

    under_way = False


_calls = _Calls()


class Parameter:
    """A learned array, and the gradient that backward passes add to.

    Attributes
    ----------
    data : ndarray
        The values; optimizers and ``load_state_dict`` write into this array.
    grad : ndarray or None
        Gradient of the loss, same shape; None until a backward pass, as in PyTorch.
    """

    def __init__(self, data):
        _, (data,) = float_arrays("Parameter", data=data)
        self.data = np.array(data)
        self.grad = None

    @property
    def shape(self):
        """Shape of the values."""
        return self.data.shape

    def accumulate(self, gradient, fresh=False):
        """Add ``gradient`` to ``grad``.

        Parameters
        ----------
        gradient : ndarray, same shape as ``data``
        fresh : bool
            Whether nobody else holds the array, so that it can be kept without a copy.
        """
        data = self.data
        plain = type(gradient) is np.ndarray and gradient.dtype is data.dtype
        if not plain or gradient.shape != data.shape:
            gradient = real_array("Parameter", "gradient", gradient)
            require_shape("Parameter", "gradient", gradient, data.shape, "that of the data")
        if self.grad is None:
            kept = fresh and gradient.dtype == data.dtype
            self.grad = gradient if kept else gradient.astype(data.dtype)
        else:
            self.grad += gradient

    def __repr__(self):
        return f"Parameter({'x'.join(map(str, self.data.shape))}, {self.data.dtype})"


class Module:
    """A layer or a net: state, and two passes that call the layer functions.

    A module of your own sets its parameters and submodules as attributes in ``__init__`` and
    defines ``forward(x)`` and ``backward(dout)``, which returns ``dx``.

    Attributes
    ----------
    can_skip_input_gradient : bool
        Whether ``backward`` takes ``input_gradient=False``, to save the work of ``dx``.
    training : bool
        Set by :meth:`train` and :meth:`eval`.
    """

    can_skip_input_gradient = False
    training = True
    _buffers = ()  # names of the attributes that are buffers
    _cache = None  # what forward leaves to backward
    _outermost = True  # whether the last call came from outside of any module

    def __call__(self, x):
        """Run :meth:`forward`."""
        self._outermost = not _calls.under_way
        if not self._outermost:
            return self.forward(x)
        _calls.under_way = True
        try:
            return self.forward(x)
        finally:
            _calls.under_way = False

    def forward(self, x):
        """Compute the output, and keep what :meth:`backward` needs."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, dout):
        """Add to the gradients of the parameters, and return the gradient of the input.

        :class:`~minidl.nn.Sequential` returns it only if it is asked to, or if it was called from
        within another module, which will need it.
        """
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def _recall(self):
        if self._cache is None:
            raise RuntimeError(
                f"{type(self).__name__}.backward needs a forward first: nothing is cached"
            )
        return self._cache

    def multiply_adds(self, in_shape, out_shape):
        """Return how many products a forward pass of these shapes sums up, for ``summary``."""
        return 0

    def named_children(self):
        """Yield ``(name, module)`` for every direct submodule, in the order they were set."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value

    def children(self):
        """Yield every direct submodule."""
        for _, child in self.named_children():
            yield child

    def named_modules(self, prefix=""):
        """Yield ``(name, module)`` for this module and everything below it; its own name is ""."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name)

    def modules(self):
        """Yield this module and everything below it."""
        for _, module in self.named_modules():
            yield module

    def named_parameters(self):
        """Yield ``(name, Parameter)``, with PyTorch's names, such as ``0.weight``.

        A parameter that several modules share comes once, under its first name.
        """
        for name, value in self._named_state():
            if isinstance(value, Parameter):
                yield name, value

    def require_parameters(self):
        """Raise RuntimeError if this module has yet to make its parameters; most have them."""

    def parameters(self):
        """Yield every Parameter."""
        for _, parameter in self.named_parameters():
            yield parameter

    def register_buffer(self, name, array):
        """Set an array as an attribute that ``state_dict`` holds, but that nobody trains.

        Parameters
        ----------
        name : str
            Of the attribute; no full stop, and not taken yet.
        array : array_like or None
            Copied.  None holds the name's place and is left out of ``state_dict``.
        """
        taken = hasattr(self, name) if isinstance(name, str) else True
        if taken or not name or "." in name:
            raise ValueError(
                f"register_buffer: name must be text without a full stop that is not "
                f"an attribute yet, got {name!r}"
            )
        if array is not None:
            array = np.array(real_array("register_buffer", name, array))
        self._buffers = (*self._buffers, name)
        setattr(self, name, array)

    def named_buffers(self):
        """Yield ``(name, ndarray)`` for every buffer, with PyTorch's names."""
        for name, value in self._named_state():
            if not isinstance(value, Parameter):
                yield name, value

    def buffers(self):
        """Yield every buffer, such as a running mean: state that is not learned by gradients."""
        for _, buffer in self.named_buffers():
            yield buffer

    def _named_state(self):
        """Yield name and Parameter, or name and buffer, module by module as PyTorch does."""
        seen = set()
        for prefix, module in self.named_modules():
            module.require_parameters()
            own = vars(module)
            state = [(name, value) for name, value in own.items() if isinstance(value, Parameter)]
            state += [(name, own.get(name)) for name in module._buffers]
            for name, value in state:
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{prefix}.{name}" if prefix else name, value

    def zero_grad(self):
        """Forget all gradients: the next backward pass starts from nothing."""
        for parameter in self.parameters():
            parameter.grad = None

    def state_dict(self):
        """Return a dict from the name of every parameter and buffer to a copy of its values."""
        return {name: array.copy() for name, array in self._named_arrays().items()}

    def _named_arrays(self):
        return {
            name: value.data if isinstance(value, Parameter) else value
            for name, value in self._named_state()
        }

    def load_state_dict(self, state_dict):
        """Copy values into parameters and buffers; all of them, or none if anything does not fit.

        Parameters
        ----------
        state_dict : mapping of str to array_like
            As :meth:`state_dict` returns it, or as :func:`numpy.load` opens an ``.npz`` file.

        Raises
        ------
        ValueError
            If a key is missing or unknown, or a shape differs; the message lists them all.
        TypeError
            If a value does not hold real numbers, or ``state_dict`` is not a mapping.
        """
        own = self._named_arrays()
        fitting = fitting_arrays("load_state_dict", "state_dict", state_dict, own, in_place=True)
        for key, array in own.items():
            array[...] = fitting[key]

    def train(self, mode=True):
        """Switch this module and everything below it to training mode; return it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Switch this module and everything below it to evaluation mode; return it."""
        return self.train(False)

    def extra_repr(self):
        """Return the arguments to show in ``repr``."""
        return ""

    def __repr__(self):
        name, children = type(self).__name__, list(self.named_children())
        if not children:
            return f"{name}({self.extra_repr()})"
        lines = [f"({key}): {child!r}".replace("\n", "\n  ") for key, child in children]
        return f"{name}(\n  " + "\n  ".join(lines) + "\n)"


class LayerModule(Module):
    """A module whose two passes are a row of ``TWINS``, in the backend asked for.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    backend : {"fast", "naive"}
        Which of the twins does the arithmetic.
    """

    def __init__(self, twin, backend):
        self.backend = backend
        passes = TWINS[twin].implementation(backend, type(self).__name__)
        self._forward, self._backward = passes_of_a_module(*passes)
