"""RMSprop and Adagrad: steps divided by the root of past squared gradients."""

from minidl import kernels
from minidl.geometry import flag, fraction, not_negative
from minidl.optim.optimizer import Optimizer


class RMSprop(Optimizer):
    """Steps divided by the root of the mean squared gradient [1]_, with PyTorch's arithmetic.

    With weight decay, ``g = grad + weight_decay * w``.  Then
    ``q = alpha * q + (1 - alpha) * g**2``, and ``w -= lr * g / (sqrt(q) + eps)``.  With momentum,
    ``b = momentum * b + g / (sqrt(q) + eps)``, and ``w -= lr * b``.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    lr : float
        Learning rate.
    alpha : float
        How much of the average is kept at each step, from 0 to 1.  CS231n's
        :func:`~minidl.optim.rmsprop` calls it ``decay_rate``.
    eps : float
        Keeps the divisor from 0.
    weight_decay, momentum : float
    centered : bool
        Divide by the standard deviation of the gradient: subtract from ``q`` the square of the
        gradient's own average.  Where rounding makes the difference negative it counts as 0;
        in PyTorch the weight becomes NaN.
    maximize : bool
        Go up along the gradient, not down.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or there are no parameters.

    References
    ----------
    .. [1] Tieleman, Hinton, "Neural networks for machine learning", lecture 6.5, Coursera 2012
    """

    checks = Optimizer.checks | {
        "alpha": fraction,
        "eps": not_negative,
        "momentum": not_negative,
        "centered": flag,
    }
    remembers = ("square_avg", "momentum_buffer", "grad_avg")

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0.0,
        momentum=0.0,
        centered=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
        )

    def _starts(self, s):
        needed = {"square_avg": True, "momentum_buffer": s.momentum, "grad_avg": s.centered}
        return {key: 0 for key, wanted in needed.items() if wanted}

    def _rule(self, w, state, s):
        remembered = state["square_avg"], state["grad_avg"] if s.centered else None
        settings = -1 if s.maximize else 1, s.weight_decay, s.lr, s.alpha, 1 - s.alpha, s.eps
        if not s.momentum:
            return kernels.updates.rmsprop, remembered, lambda _: settings
        remembered, settings = (*remembered, state["momentum_buffer"]), (*settings, s.momentum)
        return kernels.updates.rmsprop_momentum, remembered, lambda _: settings


class Adagrad(Optimizer):
    """Steps divided by the root of the sum of all squared gradients [1]_, as PyTorch computes it.

    With weight decay, ``g = grad + weight_decay * w``.  Then ``q += g**2``, and in step ``t`` of
    this parameter ``w -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(q) + eps)``.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    lr : float
        Learning rate.
    lr_decay, weight_decay : float
    initial_accumulator_value : float
        What ``q`` starts from.
    eps : float
        Keeps the divisor from 0.
    maximize : bool
        Go up along the gradient, not down.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or there are no parameters.

    References
    ----------
    .. [1] Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic
       optimization", JMLR 12, 2011
    """

    checks = Optimizer.checks | {
        "lr_decay": not_negative,
        "initial_accumulator_value": not_negative,
        "eps": not_negative,
    }
    remembers = ("sum",)

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0.0,
        weight_decay=0.0,
        initial_accumulator_value=0.0,
        eps=1e-10,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            maximize=maximize,
        )

    def _starts(self, s):
        return {"sum": s.initial_accumulator_value}

    def _rule(self, w, state, s):
        sign = -1 if s.maximize else 1

        def settings_at(step):
            return sign, s.weight_decay, s.lr / (1 + (step - 1) * s.lr_decay), s.eps

        return kernels.updates.adagrad, (state["sum"],), settings_at
