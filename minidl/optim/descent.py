"""Stochastic gradient descent, perhaps with momentum."""

import numpy as np

from minidl import kernels
from minidl.geometry import flag, not_negative
from minidl.optim.optimizer import Optimizer


class SGD(Optimizer):
    """Stochastic gradient descent, with PyTorch's arithmetic.

    With weight decay, ``g = grad + weight_decay * w``.  With momentum, ``v = momentum * v +
    (1 - dampening) * g``, where the first ``v`` is ``g`` itself, and ``g`` becomes ``v``, or
    ``g + momentum * v`` with ``nesterov``.  Then ``w -= lr * g``.  Note that CS231n's
    :func:`~minidl.optim.sgd_momentum` folds the learning rate into ``v``.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    lr : float
        Learning rate.
    momentum, dampening, weight_decay : float
    nesterov : bool
        Needs a momentum, and no dampening.
    maximize : bool
        Go up along the gradient, not down.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or there are no parameters.
    """

    checks = Optimizer.checks | {
        "momentum": not_negative,
        "dampening": not_negative,
        "nesterov": flag,
    }
    remembers = ("momentum_buffer",)

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0.0,
        dampening=0.0,
        weight_decay=0.0,
        nesterov=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )

    def _checked(self, settings):
        s = super()._checked(settings)
        if s["nesterov"] and (s["momentum"] == 0 or s["dampening"] != 0):
            raise ValueError(
                "SGD: nesterov needs a momentum above 0 and no dampening, "
                f"got momentum {s['momentum']!r} and dampening {s['dampening']!r}"
            )
        return s

    def _rule(self, w, state, s):
        common = -1 if s.maximize else 1, s.weight_decay, s.lr
        if not s.momentum:
            return kernels.updates.sgd, (), lambda _: common
        settings = *common, s.momentum, 1 - s.dampening, s.nesterov
        if "momentum_buffer" in state:
            return kernels.updates.sgd_momentum, (state["momentum_buffer"],), lambda _: settings
        state["momentum_buffer"] = np.zeros(w.shape, w.dtype)
        first, whole = state["step"] + 1, (*common, s.momentum, 1, s.nesterov)
        return (
            kernels.updates.sgd_momentum,
            (state["momentum_buffer"],),
            lambda step: whole if step == first else settings,
        )
