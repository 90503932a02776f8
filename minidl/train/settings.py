"""What a run of training is asked to do: every setting, checked before anything starts."""

import os
from dataclasses import dataclass

from minidl.geometry import float_dtype, integer, positive, proper_fraction
from minidl.models.table import known_model
from minidl.spelling import near_miss
from minidl.threads import get_num_threads

RATES = {"sgd": 0.05, "adam": 0.001}  # learning rates that suit the bundled digits
MOMENTUM = 0.9


@dataclass(slots=True)
class Settings:
    """Everything that decides how a run goes; equal settings and data give equal weights.

    Parameters
    ----------
    model : str
        A net of :data:`minidl.models.table.MODELS`.
    data : path-like
        A name in :data:`minidl.train.data.DATA`, or a folder of IDX files or of CIFAR-10.
    epochs : int
    batch_size : int
    optimizer : {"sgd", "adam"}
    lr : float, optional
        The first learning rate; by default 0.05 for sgd, and 0.001 for adam.
    momentum : float, optional
        For sgd alone: at least 0 and below 1, by default 0.9.
    lr_decay : float
        What the learning rate is multiplied by after each epoch.
    seed : int
        Of the initial weights and of the order of the examples.
    dtype : {"float32", "float64"}
        Of the weights, and so of the arithmetic.
    threads : int, optional
        For the fast layers; by default as many as :func:`minidl.get_num_threads` says.  Another
        number adds numbers up in another order, which changes the last bits.
    train_size, test_size : int, optional
        Take so many examples, evenly spaced; by default all.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range.
    """

    model: str = "lenet5"
    data: str = "mnist"
    epochs: int = 5
    batch_size: int = 32
    optimizer: str = "sgd"
    lr: float | None = None
    momentum: float | None = None
    lr_decay: float = 0.8
    seed: int = 0
    dtype: str = "float32"
    threads: int | None = None
    train_size: int | None = None
    test_size: int | None = None

    def __post_init__(self):
        known_model("train", self.model)
        if not isinstance(self.data, (str, bytes, os.PathLike)):
            raise TypeError(
                f"train: data must be a name or a folder, got {type(self.data).__name__}"
            )
        self.data = os.fsdecode(self.data)
        for name in ("epochs", "batch_size", "train_size", "test_size"):
            if name.startswith(("epochs", "batch")) or getattr(self, name) is not None:
                setattr(self, name, integer("train", name, getattr(self, name), 1))
        self._settle_the_rule()
        self.lr_decay = positive("train", "lr_decay", self.lr_decay)
        self.seed = integer("train", "seed", self.seed, 0)
        self.dtype = float_dtype("train", self.dtype).name
        threads = get_num_threads() if self.threads is None else self.threads
        self.threads = integer("train", "threads", threads, 1)

    def _settle_the_rule(self):
        """Check the optimizer, and fill in what it is not told."""
        if not isinstance(self.optimizer, str) or self.optimizer not in RATES:
            hint = near_miss(str(self.optimizer), RATES) or f"; there are {', '.join(RATES)}"
            raise ValueError(f"train: no optimizer {self.optimizer!r}{hint}")
        rate = RATES[self.optimizer] if self.lr is None else self.lr
        self.lr = positive("train", "lr", rate)
        if self.optimizer == "sgd":
            momentum = MOMENTUM if self.momentum is None else self.momentum
            self.momentum = proper_fraction("train", "momentum", momentum)
        elif self.momentum is not None:
            raise ValueError(
                f"train: momentum is {self.momentum!r}, and adam has none to set; "
                "leave it out, or take sgd"
            )
