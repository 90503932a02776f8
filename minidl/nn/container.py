"""Nets that are a chain of layers."""

from minidl.nn.module import Module, Parameter

REFUSALS = (RuntimeError, TypeError, ValueError)  # what a layer raises, which cannot know its name


class Sequential(Module):
    """A chain of modules: each one's output is the next one's input.

    Parameters
    ----------
    *layers : Module, or one dict of str to Module
        Without names the layers are called "0", "1", ..., as in PyTorch.

    Examples
    --------
    >>> net = Sequential(Conv2d(1, 6, 5), ReLU(), MaxPool2d(2))
    >>> list(net.state_dict())
    ['0.weight', '0.bias']
    """

    can_skip_input_gradient = True

    def __init__(self, *layers):
        named = layers[0] if len(layers) == 1 and isinstance(layers[0], dict) else None
        if named is None:
            named = {str(k): layer for k, layer in enumerate(layers)}
        for name, layer in named.items():
            if not isinstance(layer, Module):
                raise TypeError(
                    f"Sequential: layer {name} must be a Module, got {type(layer).__name__}"
                )
            if not isinstance(name, str) or not name or "." in name:
                raise ValueError(
                    f"Sequential: a layer's name must be text without a full stop, got {name!r}"
                )
        self._layers = dict(named)
        _require_different(self)

    def named_children(self):
        """Yield ``(name, layer)`` along the chain, then modules that a subclass has set."""
        yield from self._layers.items()
        yield from super().named_children()

    def __getattr__(self, name):
        """Find a named layer: ``net.conv1``."""
        layers = self.__dict__.get("_layers", {})
        if name in layers:
            return layers[name]
        raise AttributeError(f"{type(self).__name__} has no attribute or layer {name!r}")

    def __len__(self):
        return len(self._layers)

    def __iter__(self):
        return iter(self._layers.values())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Sequential(dict(list(self._layers.items())[index]))
        return list(self)[index]

    def forward(self, x):
        """Run the layers from first to last."""
        name = None
        try:
            for name, layer in self._layers.items():  # noqa: B007 - an error needs the name
                x = layer(x)
        except REFUSALS as error:
            self._name_layer(error, name)
            raise
        return x

    def backward(self, dout, input_gradient=None):
        """Run the layers backwards, down to the first one with parameters.

        Parameters
        ----------
        dout : ndarray
            Gradient of the loss with respect to the output.
        input_gradient : bool, optional
            Whether to go on to the gradient of the net's input, which training does not need.
            By default only if the chain was called from within another module.

        Returns
        -------
        dx : ndarray, or None without ``input_gradient``
        """
        if input_gradient is None:
            input_gradient = not self._outermost
        chain = list(self._layers.items())
        stop = 0 if input_gradient else _first_with_parameters(self)
        name = None
        try:
            for k in reversed(range(stop, len(chain))):
                name, layer = chain[k]
                if layer.can_skip_input_gradient:
                    dout = layer.backward(dout, input_gradient=input_gradient or k > stop)
                else:
                    dout = layer.backward(dout)
        except REFUSALS as error:
            self._name_layer(error, name)
            raise
        return dout if input_gradient else None

    def _name_layer(self, error, name):
        error.add_note(f"in layer {name!r} of {type(self).__name__}, {self._layers[name]!r}")


def _require_different(net):
    first_name = {}
    for name, module in net.named_modules():
        if id(module) in first_name:
            raise ValueError(
                f"Sequential: layers {first_name[id(module)]} and {name} are one object, "
                "and a module remembers one input only; make a second one"
            )
        first_name[id(module)] = name


def _first_with_parameters(layers):
    for k, layer in enumerate(layers):
        if _has_parameters(layer):
            return k
    return len(layers)


def _has_parameters(module):
    for value in vars(module).values():  # one of its own is found much sooner than all of them
        if isinstance(value, Parameter):
            return True
    return next(module.parameters(), None) is not None
