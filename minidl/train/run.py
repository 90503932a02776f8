"""A run of training: what moves in it, how far it is, and how it is kept and taken up again."""

import contextlib
import io

import numpy as np

from minidl import optim
from minidl.checkpoints import load_checkpoint, save_checkpoint
from minidl.datasets import DataLoader
from minidl.geometry import fitting_arrays
from minidl.models.table import MODELS, make_model
from minidl.nn import CrossEntropyLoss, Model, summary
from minidl.solver import History
from minidl.solver.metrics import Accuracy
from minidl.train.data import load

COLUMNS = (
    "epoch",
    "iteration",
    "train_loss",
    "train_accuracy",
    "test_accuracy",
    "learning_rate",
    "seconds",
)
EXAMPLES_AT_ONCE = 500  # when they are only scored


class Run:
    """A net on its way, made from settings alone.

    Parameters
    ----------
    settings : Settings

    Attributes
    ----------
    settings : Settings
    data : Data
    net : Module
    summary : Summary
        Its layers, for one example; see :func:`minidl.nn.summary`.
    history : History
        A row for each epoch: ``epoch``; ``iteration``, batches so far; ``train_loss``, the mean
        over the epoch's batches, each before its step; ``train_accuracy`` and ``test_accuracy``,
        of all examples after the epoch; ``learning_rate``, of the epoch; ``seconds`` so far.
    losses : list of float
        Of all batches so far, those of an epoch that has not ended, too.
    best_epoch : int
        The first epoch of the highest test accuracy; 0 before the first.
    best_accuracy : float
    best_weights : dict of str to ndarray
        The net's ``state_dict`` after that epoch.
    seconds : float
        Spent so far.
    out : str or None
        The folder that it writes to.

    Raises
    ------
    FileNotFoundError, ValueError
        If the data cannot be loaded, or the net does not fit them.
    """

    def __init__(self, settings):
        self.settings = settings
        self.data = load(settings.data, settings.train_size, settings.test_size)
        self.net, self.summary = _fitting_net(settings, self.data)
        self.criterion = CrossEntropyLoss()
        self.optimizer = _optimizer(settings, self.net)
        self.scheduler = optim.lr_scheduler.ExponentialLR(self.optimizer, settings.lr_decay)
        self.loader = DataLoader(
            self.data.X_train,
            self.data.y_train,
            settings.batch_size,
            shuffle=True,
            seed=settings.seed,
        )
        self.history = History(columns=COLUMNS)
        self.losses = []
        self.best_epoch, self.best_accuracy = 0, -1.0
        self.best_weights = self.net.state_dict()
        self.seconds = 0.0
        self.out = None

    @property
    def epoch(self):
        """How many epochs have ended."""
        return len(self.history)

    @property
    def batches_left(self):
        """How many batches are left of the epoch."""
        return (self.epoch + 1) * len(self.loader) - len(self.losses)

    @property
    def finished(self):
        """Whether there are no more epochs to train."""
        return self.epoch >= self.settings.epochs

    def accuracy(self, part):
        """Return the accuracy on all examples of a part, "train" or "test"; NaN if a score is."""
        X, y = getattr(self.data, f"X_{part}"), getattr(self.data, f"y_{part}")
        accuracy = Accuracy()(Model(self.net, self.criterion), X, y, EXAMPLES_AT_ONCE)
        self.net.train()
        return accuracy

    def end_epoch(self, train_accuracy, test_accuracy):
        """Note what the epoch came to, keep the weights if they are the best, lower the rate."""
        self.history.append(
            epoch=self.epoch + 1,
            iteration=len(self.losses),
            train_loss=float(np.mean(self.losses[-len(self.loader) :])),
            train_accuracy=train_accuracy,
            test_accuracy=test_accuracy,
            learning_rate=self.optimizer.lr,
            seconds=self.seconds,
        )
        self.scheduler.step()
        if test_accuracy > self.best_accuracy:
            self.best_epoch, self.best_accuracy = self.epoch, test_accuracy
            self.best_weights = self.net.state_dict()

    def save(self, path):
        """Write everything that :meth:`restore` needs to go on bit for bit."""
        names = self.settings.__slots__
        save_checkpoint(
            path,
            **self._parts(),
            settings={name: getattr(self.settings, name) for name in names},
            data=self.data.facts()["fingerprint"],
            history=self.history.rows,
            losses=np.array(self.losses),
            best_epoch=self.best_epoch,
            best_accuracy=self.best_accuracy,
            best_weights=self.best_weights,
            seconds=self.seconds,
        )

    def restore(self, path):
        """Go to where :meth:`save` was called, in a run of the same settings and data.

        Raises
        ------
        ValueError
            If the file does not fit the run.
        """
        values = load_checkpoint(path, **self._parts())
        own = self.net.state_dict()
        self.best_weights = fitting_arrays("train", "best_weights", values["best_weights"], own)
        self.history = History(values["history"], COLUMNS)
        self.losses = values["losses"].tolist()
        place = self.loader.state_dict()
        if len(self.losses) != self.epoch * len(self.loader) + place["batch"] or (
            place["epoch"] != self.epoch
        ):
            raise ValueError(
                f"train: {path!r} has {self.epoch} epochs of {len(self.loader)} batches behind it, "
                f"and {len(self.losses)} losses; it was changed after it was written"
            )
        for name in ("best_epoch", "best_accuracy", "seconds"):
            setattr(self, name, values[name])

    def _parts(self):
        names = ("net", "optimizer", "scheduler", "loader")
        return {name: getattr(self, name) for name in names}


def _optimizer(settings, net):
    if settings.optimizer == "adam":
        return optim.Adam(net.parameters(), lr=settings.lr)
    return optim.SGD(net.parameters(), lr=settings.lr, momentum=settings.momentum)


def _fitting_net(settings, data):
    """Return the net of the settings, and its summary for an example of the data."""
    try:
        return _tried(settings.model, data, settings)
    except (TypeError, ValueError) as error:
        what = str(error).removeprefix("summary: ")
        fits = [name for name in MODELS if _fits(name, data, settings)]
        raise ValueError(
            f"train: model {settings.model!r} does not fit data {data.name!r}: {what}; "
            f"models that fit: {', '.join(fits)}"
        ) from None


def _fits(model, data, settings):
    try:
        return bool(_tried(model, data, settings))
    except (TypeError, ValueError):
        return False


def _tried(model, data, settings):
    rng = np.random.default_rng(settings.seed)
    net = make_model(model, data.shape, data.n_classes, dtype=settings.dtype, rng=rng)
    with contextlib.redirect_stdout(io.StringIO()):  # the table is looked at here, not shown
        return net, summary(net, data.shape)
