"""Learning rates from epoch to epoch."""

import functools
import inspect

from minidl import optim


class Decayed:
    """CS231n's way: every epoch's end multiplies the learning rate by ``lr_decay``."""

    def __init__(self, lr_decay):
        self.lr_decay = lr_decay

    def begin(self, configs, epoch):
        """Set the rates of the first epoch; here, they are those of ``optim_config``."""

    def end_epoch(self, configs, epoch):
        """Set the rates for after ``epoch`` epochs."""
        if self.lr_decay == 1:
            return
        for config in configs.values():
            if "learning_rate" not in config:
                raise ValueError(
                    "Solver: lr_decay needs an update rule with a learning_rate in its config"
                )
            config["learning_rate"] *= self.lr_decay

    def state(self):
        """Return what :meth:`set_state` needs besides the rates in the configs."""
        return {}

    def set_state(self, state):
        """Go back to where :meth:`state` was taken."""


class ByFunction(Decayed):
    """The learning rate of each epoch is the first one times ``factor(epoch)``, from epoch 0 on."""

    def __init__(self, factor, rate):
        self.factor = factor
        self.rate = rate

    def begin(self, configs, epoch):
        """Set the rates of the first epoch."""
        _set(configs, self.rate * float(self.factor(epoch)))

    end_epoch = begin


class ByScheduler(Decayed):
    """A scheduler of ``minidl.optim.lr_scheduler``, which steps at every epoch's end."""

    def __init__(self, make, rate):
        self.lr = rate  # what the scheduler reads and writes
        self._scheduler = make(self)

    def begin(self, configs, epoch):
        """Set the rates of the first epoch."""
        _set(configs, self.lr)

    def end_epoch(self, configs, epoch):
        """Let the scheduler step."""
        self._scheduler.step()
        _set(configs, self.lr)

    def state(self):
        """Return the scheduler's state."""
        return self._scheduler.state_dict()

    def set_state(self, state):
        """Put the scheduler back."""
        self._scheduler.load_state_dict(state)


def known_rates(lr_decay, lr_schedule, rate):
    """Return the way that rates go from epoch to epoch; ``rate`` is the first, if it is known."""
    if lr_schedule is None:
        return Decayed(lr_decay)
    if not callable(lr_schedule):
        raise TypeError(
            "Solver: lr_schedule must be a function from epoch to factor, or a class of "
            f"optim.lr_scheduler with its settings, such as functools.partial(StepLR, step_size=3)"
            f"; got {lr_schedule!r}"
        )
    if lr_decay != 1:
        raise ValueError(
            f"Solver: lr_decay {lr_decay} and lr_schedule both set the learning rate; give one"
        )
    if rate is None:
        raise ValueError(
            "Solver: lr_schedule needs a first learning rate; "
            "give it: optim_config={'learning_rate': ...}"
        )
    return (ByScheduler if _is_scheduler(lr_schedule) else ByFunction)(lr_schedule, rate)


def _is_scheduler(make):
    if isinstance(make, functools.partial):
        make = make.func
    return inspect.isclass(make) and issubclass(make, optim.lr_scheduler.LRScheduler)


def _set(configs, rate):
    for config in configs.values():
        config["learning_rate"] = rate
