"""Adam, and AdamW, which keeps the decay of the weights out of its averages."""

import operator

from minidl import kernels
from minidl.geometry import flag, not_negative, proper_fraction
from minidl.optim.optimizer import Optimizer


def _betas(op, name, value):
    """Return the decay rates of both averages, as a pair of floats."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{op}: {name} must be a pair of numbers, got {value!r}")
    betas = tuple(proper_fraction(op, f"{name}[{k}]", beta) for k, beta in enumerate(value))
    return value if value == betas and all(map(operator.is_, value, betas)) else betas


class Adam(Optimizer):
    """Momentum, with steps divided by the root of the mean squared gradient [1]_.

    With weight decay, ``g = grad + weight_decay * w``.  Then ``m = beta1 * m + (1 - beta1) * g``,
    ``v = beta2 * v + (1 - beta2) * g**2``, and in step ``t`` of this parameter
    ``w -= lr / (1 - beta1**t) * m / (sqrt(v / (1 - beta2**t)) + eps)``.  The arithmetic is
    PyTorch's; CS231n's :func:`~minidl.optim.adam` is the same rule for one array.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    lr : float
        Learning rate.
    betas : (float, float)
        How much of the two averages is kept at each step; each at least 0 and below 1.
    eps : float
        Keeps the divisor from 0.
    weight_decay : float
    amsgrad : bool
        Divide by the root of the largest ``v`` so far [2]_.
    maximize : bool
        Go up along the gradient, not down.

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or there are no parameters.

    References
    ----------
    .. [1] Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015,
       https://arxiv.org/abs/1412.6980
    .. [2] Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018
    """

    checks = Optimizer.checks | {"betas": _betas, "eps": not_negative, "amsgrad": flag}
    remembers = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        amsgrad=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
        )

    def _starts(self, s):
        return dict.fromkeys(self.remembers if s.amsgrad else self.remembers[:2], 0)

    def _rule(self, w, state, s):
        beta1, beta2 = s.betas
        remembered = state["exp_avg"], state["exp_avg_sq"]
        largest = state["max_exp_avg_sq"] if s.amsgrad else None
        common = -1 if s.maximize else 1, *self._decay(s), beta1, beta2, 1 - beta1, 1 - beta2

        def settings_at(step):
            return *common, s.lr / (1 - beta1**step), (1 - beta2**step) ** 0.5, s.eps

        return kernels.updates.adam, (*remembered, largest), settings_at

    def _decay(self, s):
        """Return what of the weights is added to the gradient, and what is left of the weights."""
        return s.weight_decay, 1


class AdamW(Adam):
    """Adam, where the weights shrink by ``w *= 1 - lr * weight_decay`` before each step [1]_.

    In :class:`Adam` the decay is part of the gradient and is divided like it, so that weights
    with large gradients hardly shrink; here all shrink by the same factor.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, maximize
        As for :class:`Adam`.
    weight_decay : float

    Raises
    ------
    TypeError, ValueError
        As in :class:`Adam`.

    References
    ----------
    .. [1] Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019,
       https://arxiv.org/abs/1711.05101
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    def _decay(self, s):
        return 0, 1 - s.lr * s.weight_decay
