"""The steps of training, and what to say when one of them leaves the numbers behind."""

import math
from functools import partial

from minidl.nn.watching import watched
from minidl.solver.divergence import all_finite


def steps(net, criterion, optimizer, batches):
    """Take one step of training for each batch; yield each step's loss.

    Parameters
    ----------
    net : Module
    criterion : loss
    optimizer : Optimizer
        Of the net's parameters.
    batches : iterable of (X, y)

    Yields
    ------
    loss : float
        Of the batch, before its step.

    Raises
    ------
    FloatingPointError
        If a loss is NaN or infinite, with the layer in which that begins.
    """
    for X, y in batches:
        optimizer.zero_grad()
        loss = criterion(net(X), y)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss is {loss:g}{_beginning(net, X)}; try a learning rate ten times smaller "
                f"(it is {optimizer.lr:.4g})"
            )
        net.backward(criterion.backward())
        optimizer.step()
        yield loss


def _beginning(net, X):
    """Say which layer is the first to answer a batch with NaN or infinity, or nothing."""
    found = []
    with watched(net, partial(_watch, found)):
        net(X)
    return f", and the first layer whose output is no number is {found[0]}" if found else ""


def _watch(found, name, module):
    """Return the module's forward pass, made to note its name if the output is not finite."""
    forward = module.forward

    def noting(x):
        out = forward(x)
        if not all_finite(out):
            found.append(f"{name} ({type(module).__name__})")
        return out

    return noting
