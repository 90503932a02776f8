"""Watch a net at work, and leave no trace in it."""

from contextlib import contextmanager

import numpy as np

from minidl.nn.generators import random_states, set_random_states
from minidl.nn.module import Module


def require_net(op, net):
    """Refuse what is no module; a ``Model`` has one inside."""
    if not isinstance(net, Module):
        inside = "; pass its .net" if isinstance(getattr(net, "net", None), Module) else ""
        raise TypeError(f"{op}: net must be a Module, got {type(net).__name__}{inside}")


def first_names(net):
    """Return ``(name, module)`` for every module once, under its first name."""
    modules = {}
    for name, module in net.named_modules():
        modules.setdefault(id(module), (name, module))
    return list(modules.values())


def place(name, module):
    """Say which module it is: its name and its arguments, or of a container its type."""
    container = next(module.children(), None) is not None
    kind = type(module).__name__ if container else repr(module)
    return f"layer {name!r}, {kind}" if name else f"the net itself, {kind}"


@contextmanager
def watched(net, watch):
    """Run another forward pass in place of every module's own, for as long as the context lasts.

    Meanwhile the net is in evaluation mode.  Afterwards every module has the attributes that it
    had before: its forward pass, its mode, what a backward pass would need, and the values of
    arrays such as running statistics.  Random generators stand where they stood.

    Parameters
    ----------
    net : Module
    watch : callable
        ``watch(name, module)`` returns the pass to run in place of ``module.forward``, which it
        will want to call.
    """
    modules = first_names(net)
    before = [(module, dict(vars(module)), _own_arrays(module)) for _, module in modules]
    states = random_states(net=net)
    try:
        net.eval()
        for name, module in modules:
            module.forward = watch(name, module)
        yield
    finally:
        for module, attributes, arrays in before:
            vars(module).clear()
            vars(module).update(attributes)
            for array, values in arrays:
                array[...] = values
        set_random_states(states, net=net)


def _own_arrays(module):
    """Return arrays that a forward pass may write to, each with a copy; parameters are none."""
    arrays = [value for value in vars(module).values() if isinstance(value, np.ndarray)]
    return [(array, array.copy()) for array in arrays if array.flags.writeable]
