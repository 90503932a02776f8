"""Learning rates that change as training goes on, by PyTorch's formulas.

A scheduler reads and writes an attribute ``lr`` and asks for nothing else: it serves an optimizer,
and as well anything that has an ``lr``, such as
``types.SimpleNamespace(lr=config["learning_rate"])`` beside the config dict of an update rule.

Each step computes the next rate from the present one, as PyTorch's do.  A rate that is changed by
hand therefore stays changed, and two schedulers of one optimizer multiply.  As in PyTorch, the
first of them notes the rate that it found as ``initial_lr``, beside ``lr``, for the others.
"""

import math
from types import SimpleNamespace

from minidl.geometry import integer, known_keys, not_negative, positive


class LRScheduler:
    """Changes the learning rate of an optimizer at each :meth:`step`.

    A scheduler of your own lists its settings in ``settings``, and computes in :meth:`_next`.

    Parameters
    ----------
    optimizer : Optimizer, or anything with an attribute ``lr``

    Attributes
    ----------
    last_epoch : int
        How many steps were made.
    base_lrs : list of float
        The learning rate that the optimizer's first scheduler found, alone in a list, as PyTorch
        has it.
    settings : tuple of str
        The attributes that belong to the scheduler's state.

    Raises
    ------
    TypeError, ValueError
        If ``optimizer`` has no ``lr``, or a setting is out of its range.
    """

    settings = ()

    def __init__(self, optimizer):
        op = type(self).__name__
        if not hasattr(optimizer, "lr"):
            raise TypeError(
                f"{op}: optimizer must have an attribute lr, got {type(optimizer).__name__}"
            )
        self.optimizer = optimizer
        self.last_epoch = 0
        lr = not_negative(op, "lr", optimizer.lr)
        self.base_lrs = [getattr(optimizer, "initial_lr", lr)]
        optimizer.initial_lr = self.base_lrs[0]
        self._set(self._first(lr))

    def step(self):
        """Go on by one epoch, or whatever a step stands for, and set the new learning rate."""
        lr = not_negative(type(self).__name__, "lr", self.optimizer.lr)
        self.last_epoch += 1
        self._set(self._next(lr))

    def get_last_lr(self):
        """Return the learning rate that was set last, alone in a list, as PyTorch has it."""
        return [self._last_lr]

    def _first(self, lr):
        """Return the rate to start with."""
        return lr

    def _next(self, lr):
        """Return the rate of epoch ``last_epoch``, given that of the epoch before."""
        raise NotImplementedError(f"{type(self).__name__}._next")

    def _set(self, lr):
        self.optimizer.lr = self._last_lr = lr

    def state_dict(self):
        """Return the settings, the epoch and the learning rate as a dict of numbers and lists."""
        state = {name: getattr(self, name) for name in self.settings}
        state |= {"base_lrs": list(self.base_lrs), "last_epoch": self.last_epoch}
        return {"scheduler": type(self).__name__, "lr": float(self.optimizer.lr), **state}

    def load_state_dict(self, state_dict):
        """Take over what :meth:`state_dict` returned, all of it, or nothing if anything is amiss.

        The optimizer's learning rate is set, too.  PyTorch's schedulers leave that to the
        optimizer's own state, and a warm-up made after that was loaded would then be lost.

        Raises
        ------
        TypeError, ValueError
            If it is from another class of scheduler, or a number is out of its range.
        """
        op = f"{type(self).__name__}.load_state_dict"
        keys = ("scheduler", "lr", *self.settings, "base_lrs", "last_epoch")
        known_keys(op, "state_dict", state_dict, keys, ())
        if state_dict["scheduler"] != type(self).__name__:
            raise ValueError(f"{op}: the state is that of {state_dict['scheduler']!r}")
        bases = state_dict["base_lrs"]
        if not isinstance(bases, (list, tuple)) or len(bases) != 1:
            raise ValueError(f"{op}: base_lrs must be a list of one number, got {bases!r}")
        base, lr = not_negative(op, "base_lrs", bases[0]), not_negative(op, "lr", state_dict["lr"])
        last_epoch = integer(op, "last_epoch", state_dict["last_epoch"], 0)
        no_optimizer = SimpleNamespace(lr=base)  # to check the settings on
        like = type(self)(no_optimizer, **{name: state_dict[name] for name in self.settings})
        for name in self.settings:
            setattr(self, name, getattr(like, name))
        self.base_lrs, self.last_epoch = [base], last_epoch
        self.optimizer.initial_lr = base
        self._set(lr)

    def __repr__(self):
        shown = "".join(f", {name}={getattr(self, name)!r}" for name in self.settings)
        return f"{type(self).__name__}({type(self.optimizer).__name__}{shown})"


class StepLR(LRScheduler):
    """Multiply the learning rate by ``gamma`` every ``step_size`` steps.

    Parameters
    ----------
    optimizer : Optimizer, or anything with an attribute ``lr``
    step_size : int
        At least 1.
    gamma : float
        At least 0.
    """

    settings = ("step_size", "gamma")

    def __init__(self, optimizer, step_size, gamma=0.1):
        self.step_size = integer("StepLR", "step_size", step_size, 1)
        self.gamma = not_negative("StepLR", "gamma", gamma)
        super().__init__(optimizer)

    def _next(self, lr):
        return lr * self.gamma if self.last_epoch % self.step_size == 0 else lr


class ExponentialLR(LRScheduler):
    """Multiply the learning rate by ``gamma`` at every step; CS231n calls it ``lr_decay``.

    Parameters
    ----------
    optimizer : Optimizer, or anything with an attribute ``lr``
    gamma : float
        At least 0.
    """

    settings = ("gamma",)

    def __init__(self, optimizer, gamma):
        self.gamma = not_negative("ExponentialLR", "gamma", gamma)
        super().__init__(optimizer)

    def _next(self, lr):
        return lr * self.gamma


class CosineAnnealingLR(LRScheduler):
    """Let the learning rate fall along half a cosine, from where it is to ``eta_min`` [1]_.

    After step ``t`` it is ``eta_min + (base - eta_min) * (1 + cos(pi * t / T_max)) / 2``, computed
    from the rate before by PyTorch's recursion; from ``T_max`` on it rises again.

    Parameters
    ----------
    optimizer : Optimizer, or anything with an attribute ``lr``
    T_max : int
        After how many steps it is lowest; at least 1.
    eta_min : float
        The lowest rate; at least 0.

    References
    ----------
    .. [1] Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
       https://arxiv.org/abs/1608.03983; without the restarts.
    """

    settings = ("T_max", "eta_min")

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.T_max = integer("CosineAnnealingLR", "T_max", T_max, 1)
        self.eta_min = not_negative("CosineAnnealingLR", "eta_min", eta_min)
        super().__init__(optimizer)

    def _next(self, lr):
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # at the lowest: 0 / 0 below
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            return lr + (self.base_lrs[0] - self.eta_min) * rise
        now = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        before = 1 + math.cos(math.pi * (self.last_epoch - 1) / self.T_max)
        return now / before * (lr - self.eta_min) + self.eta_min


class LinearWarmup(LRScheduler):
    """Let the learning rate rise linearly from ``start_factor`` times its value to its value.

    After step ``t`` it is ``base * (start_factor + (1 - start_factor) * t / warmup_steps)``, and
    from ``warmup_steps`` on it is left alone.  PyTorch's ``LinearLR(optimizer, start_factor,
    total_iters=warmup_steps)`` gives the same numbers.  Making it already lowers the rate.

    Parameters
    ----------
    optimizer : Optimizer, or anything with an attribute ``lr``
    warmup_steps : int
        At least 1.
    start_factor : float
        Above 0, and at most 1.
    """

    settings = ("warmup_steps", "start_factor")

    def __init__(self, optimizer, warmup_steps, start_factor=1 / 3):
        self.warmup_steps = integer("LinearWarmup", "warmup_steps", warmup_steps, 1)
        self.start_factor = positive("LinearWarmup", "start_factor", start_factor)
        if self.start_factor > 1:
            raise ValueError(
                f"LinearWarmup: start_factor must be at most 1, got {start_factor!r}; "
                "a warm-up starts low"
            )
        super().__init__(optimizer)

    def _first(self, lr):
        return lr * self.start_factor

    def _next(self, lr):
        if self.last_epoch > self.warmup_steps:
            return lr
        rise = 1 - self.start_factor
        so_far = self.warmup_steps * self.start_factor + (self.last_epoch - 1) * rise
        return lr * (1 + rise / so_far)
