"""A module and its loss behind CS231n's protocol, so that a ``Solver`` can train them."""

from collections.abc import MutableMapping

import numpy as np

from minidl.geometry import fitting_arrays, real_array, require_shape
from minidl.nn.module import Module
from minidl.spelling import near_miss


class LiveParameters(MutableMapping):
    """The parameters of a module as a dict of arrays, by their names in ``state_dict``.

    Reading gives the very array that the module computes with; assigning writes into that array,
    so that optimizers, modules and this view always speak of the same numbers.  Names cannot be
    added or removed.
    """

    def __init__(self, net):
        self._parameters = dict(net.named_parameters())

    def __getitem__(self, name):
        return self._parameters[name].data

    def __setitem__(self, name, value):
        if name not in self._parameters:
            raise KeyError(f"Model: no parameter {name!r}{near_miss(str(name), self._parameters)}")
        data = self._parameters[name].data
        value = real_array("Model", name, value)
        require_shape("Model", name, value, data.shape, "that of the parameter")
        data[...] = value

    def __delitem__(self, name):
        raise TypeError(f"Model: {name!r} belongs to the net and cannot be removed from params")

    def __iter__(self):
        return iter(self._parameters)

    def __len__(self):
        return len(self._parameters)

    def __repr__(self):
        return f"LiveParameters({self._parameters!r})"


class Model:
    """A net of modules that looks like one of CS231n's classifiers.

    ``Solver(nn.Model(net, nn.CrossEntropyLoss()), data, update_rule="adam").train()`` trains any
    module; the net itself holds the trained weights afterwards.

    Parameters
    ----------
    net : Module
    criterion : loss
        Called as ``criterion(scores, y)``, then asked for ``criterion.backward()``, as
        :class:`~minidl.nn.CrossEntropyLoss` and :class:`~minidl.nn.MSELoss` are.

    Raises
    ------
    TypeError
        If ``net`` is no module, or ``criterion`` cannot be called or has no ``backward``.
    ValueError
        If the net has no parameters.
    """

    def __init__(self, net, criterion):
        if not isinstance(net, Module):
            raise TypeError(f"Model: net must be a Module, got {type(net).__name__}")
        if isinstance(criterion, type):
            raise TypeError(
                f"Model: criterion is the class {criterion.__name__}; "
                f"make one of it: {criterion.__name__}()"
            )
        if not callable(criterion) or not hasattr(criterion, "backward"):
            raise TypeError(
                "Model: criterion must be called with scores and y, and have a backward, "
                f"got {type(criterion).__name__}; pass nn.CrossEntropyLoss() or nn.MSELoss()"
            )
        self.net = net
        self.criterion = criterion
        if not self.params:
            raise ValueError("Model: the net has no parameters to train")

    @property
    def params(self):
        """The parameters, a live mapping from name to array: assigning writes into the net."""
        return LiveParameters(self.net)

    @params.setter
    def params(self, values):
        own = self.params
        own.update(fitting_arrays("Model.params", "params", values, dict(own), in_place=True))

    def loss(self, X, y=None):
        """Return scores, or the loss and its gradients.

        Parameters
        ----------
        X : array_like
            A batch; modules convert it to the dtype of their weights.
        y : array_like, optional
            Targets, as the criterion takes them.

        Returns
        -------
        scores : ndarray
            If ``y`` is None: what the net answers in evaluation mode.
        loss, grads : float, dict
            Otherwise: of the net in training mode, with one gradient for each of ``params``.
        """
        if y is None:
            return self.net.eval()(X)
        parameters = dict(self.net.named_parameters())
        for parameter in parameters.values():
            parameter.grad = None
        loss = self.criterion(self.net.train()(X), y)
        self.net.backward(self.criterion.backward())
        return loss, {name: _gradient(parameter) for name, parameter in parameters.items()}

    def eval_loss(self, X, y):
        """Return the loss of the net in evaluation mode, where dropout and batch norm rest."""
        return self.criterion(self.loss(X), y)

    def layer_of(self, name):
        """Say in words which module a parameter belongs to, for error messages."""
        owner = name.rpartition(".")[0]
        module = dict(self.net.named_modules()).get(owner)
        return f"module {owner!r}, a {type(module).__name__}" if owner else type(module).__name__

    def state_dict(self):
        """Return the net's ``state_dict``."""
        return self.net.state_dict()

    def load_state_dict(self, state_dict):
        """Load the net's ``state_dict``; all of it, or nothing."""
        self.net.load_state_dict(state_dict)

    def __repr__(self):
        net = repr(self.net).replace("\n", "\n  ")
        return f"Model(\n  {net},\n  {self.criterion!r}\n)"


def _gradient(parameter):
    """Return the gradient; that of a parameter which took no part is zero."""
    return np.zeros_like(parameter.data) if parameter.grad is None else parameter.grad
