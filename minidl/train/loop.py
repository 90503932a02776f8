"""The steps of training, and what to say when one of them leaves the numbers behind."""

import math

from minidl.nn.guarding import nan_guard


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
                f"the loss is {loss:g}: {_beginning(net, X)}; "
                f"try a learning rate ten times smaller (it is {optimizer.lr:.4g})"
            )
        net.backward(criterion.backward())
        optimizer.step()
        yield loss


def _beginning(net, X):
    """Say in which layer NaN or infinity begins, and whose fault that is."""
    try:
        with nan_guard(net):
            net(X)
    except FloatingPointError as error:
        return str(error).removeprefix("nan_guard: ")
    return "the scores are finite, but too large"
