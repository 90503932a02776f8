"""Update rules with CS231n's names, optimizers and learning-rate schedulers with PyTorch's.

A rule, such as :func:`adam`, takes one array and its gradient, and keeps what it remembers in a
dict that the caller passes.  An optimizer, such as :class:`Adam`, holds the parameters of a net.
"""

from minidl.optim import lr_scheduler
from minidl.optim.descent import SGD
from minidl.optim.moments import Adam, AdamW
from minidl.optim.optimizer import Optimizer
from minidl.optim.rules import adam, nesterov_momentum, rmsprop, sgd, sgd_momentum
from minidl.optim.squares import Adagrad, RMSprop

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "adam",
    "lr_scheduler",
    "nesterov_momentum",
    "rmsprop",
    "sgd",
    "sgd_momentum",
]
