"""Everything a Solver can be asked for; the loop itself is in :mod:`minidl.solver.loop`."""

import math

from minidl.geometry import flag, positive
from minidl.solver import checks, resuming, sanity
from minidl.solver.divergence import Watch
from minidl.solver.history import History
from minidl.solver.loop import TrainingLoop
from minidl.solver.metrics import Accuracy, known_metric
from minidl.solver.progress import Progress
from minidl.solver.rates import known_rates
from minidl.solver.sampling import SAMPLING
from minidl.spelling import near_miss


class Solver(TrainingLoop):
    """Trains a model by minibatches, and leaves it with the weights that did best.

    Arguments, defaults, printed lines and random draws are CS231n's, so that a seeded notebook
    gives the same numbers.  What follows ``verbose`` is not in the course.

    Parameters
    ----------
    model : object
        With ``params``, a dict from name to array, and ``loss(X, y=None)``, which returns scores,
        or ``(loss, grads)`` if ``y`` is given.  A net of modules becomes one by
        ``nn.Model(net, criterion)``.
    data : dict
        ``X_train``, ``y_train``, ``X_val``, ``y_val``; X is handed to the model in its own dtype.
    update_rule : str or callable
        A rule of :mod:`minidl.optim`, or a function ``(w, dw, config) -> (next_w, config)``.
    optim_config : dict
        The rule's settings, such as ``learning_rate``; each parameter gets its own copy.
    lr_decay : float
        Factor on the learning rate at each epoch's end.
    batch_size, num_epochs : int
    num_train_samples, num_val_samples : int or None
        How many examples to check the accuracy on; None is all.
    checkpoint_name : str or None
        Writes ``<name>_epoch_<n>.npz`` whenever the accuracy was checked, for :meth:`resume`.  The
        course writes a pickle there, which can run any code when it is opened.
    print_every : int
        Print the loss of every so many iterations.
    verbose : bool
    metric : {"accuracy", "loss"} or callable
        What the histories hold, and the best weights are chosen by; the names of the histories
        stay.  "loss" suits regression.  A function gets all scores and ``y``.
    lower_is_better : bool or None
        None: for "loss" only.
    sampling : {"replacement", "shuffle"}
        CS231n's independent draws; or each example once an epoch, with a last batch of what is
        left over.
    seed : int, numpy.random.Generator or None
        Where batches are drawn from; None is the global ``np.random``, as in the course.
    early_stopping : int or None
        Stop after so many epochs without a better metric.
    lr_schedule : callable or None
        A function from the epoch, 0 at first, to a factor on the learning rate; or a class of
        ``optim.lr_scheduler``, with ``functools.partial`` around its settings.
    clip_grad_norm : float or None
        Scale all gradients down together to at most this norm.
    checkpoint_every : int or None
        Besides, write ``<name>_latest.npz`` every so many iterations.
    progress : bool
        Show a bar with the time left, if standard error is a terminal; tqdm's, if it is installed
        (``pip install "minidl[progress]"``), else our own.

    Attributes
    ----------
    loss_history, train_acc_history, val_acc_history : list of float
        The losses of all iterations; the metric after the first, and at each epoch's end.
    best_val_acc : float
        Starts worse than any metric, so that the first check is always the best so far.
    best_params : dict
        Copies of the parameters at that time.
    history : History
        A row for each check.
    epoch : int
    model, optim_configs
        What is trained; and a dict for each parameter, which the update rule keeps.

    Raises
    ------
    TypeError, ValueError
        If anything does not fit; before any work.
    """

    def __init__(
        self,
        model,
        data,
        *,
        update_rule="sgd",
        optim_config=None,
        lr_decay=1.0,
        batch_size=100,
        num_epochs=10,
        num_train_samples=1000,
        num_val_samples=None,
        checkpoint_name=None,
        print_every=10,
        verbose=True,
        metric="accuracy",
        lower_is_better=None,
        sampling="replacement",
        seed=None,
        early_stopping=None,
        lr_schedule=None,
        clip_grad_norm=None,
        checkpoint_every=None,
        progress=False,
        **unknown,
    ):
        if unknown:
            names = ", ".join(f'"{name}"' for name in unknown)
            hint = near_miss(next(iter(unknown)), Solver.__init__.__kwdefaults__)
            raise ValueError(f"Unrecognized arguments {names}{hint}")
        checks.require_protocol(model)
        self.metric = known_metric(metric)
        self._classes = isinstance(self.metric, Accuracy)
        if lower_is_better is None:
            lower_is_better = self.metric.lower_is_better
        self.lower_is_better = flag("Solver", "lower_is_better", lower_is_better)
        self._data = checks.known_data(data, labels=self._classes)
        self.model = model
        self.X_train, self.y_train, self.X_val, self.y_val = self._data.values()
        self.update_rule = checks.known_rule(update_rule)
        self.optim_config = checks.known_config(optim_config)
        self.lr_decay = positive("Solver", "lr_decay", lr_decay)
        self.batch_size = checks.count("batch_size", batch_size)
        self.num_epochs = checks.count("num_epochs", num_epochs)
        self.num_train_samples = checks.count("num_train_samples", num_train_samples, optional=True)
        self.num_val_samples = checks.count("num_val_samples", num_val_samples, optional=True)
        self.print_every = checks.count("print_every", print_every)
        self.verbose = bool(verbose)
        self.early_stopping = checks.count("early_stopping", early_stopping, optional=True)
        if clip_grad_norm is not None:
            clip_grad_norm = positive("Solver", "clip_grad_norm", clip_grad_norm)
        self.clip_grad_norm = clip_grad_norm
        self.checkpoint_name = checks.known_folder(checkpoint_name)
        self.checkpoint_every = checks.count("checkpoint_every", checkpoint_every, optional=True)
        if checkpoint_every and checkpoint_name is None:
            raise ValueError("Solver: checkpoint_every needs a checkpoint_name to write to")
        rate = checks.starting_rate(self.update_rule, self.optim_config)
        self._rates = known_rates(self.lr_decay, lr_schedule, rate)
        self.lr_schedule = lr_schedule
        self.seed = seed
        self.random = checks.known_random(seed)
        self.sampling = checks.known_choice("sampling", sampling, SAMPLING)
        self._batches = SAMPLING[sampling](len(self.X_train), self.batch_size, self.random)
        self._progress = Progress(flag("Solver", "progress", progress))
        self._watch = Watch(model)
        self._reset()

    def __repr__(self):
        rule = getattr(self.update_rule, "__name__", self.update_rule)
        return (
            f"Solver({type(self.model).__name__}, update_rule={rule!r}, epoch {self.epoch} of "
            f"{self.num_epochs}, best_val_acc={self.best_val_acc:.4g})"
        )

    def _reset(self):
        """Forget all training but the weights themselves."""
        self.epoch = 0
        self.best_val_acc = math.inf if self.lower_is_better else -math.inf
        self.best_params = {}
        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.history = History()
        self.optim_configs = {name: dict(self.optim_config) for name in self.model.params}
        self._best_buffers = {}
        self._last_gain = 0  # the epoch of the best metric
        self._next = 0  # the iteration that train() begins with
        self._seconds = 0.0
        self._batches.restart()

    def resume(self, path):
        """Go back to a checkpoint; :meth:`train` then goes on bit for bit as if never stopped.

        The Solver must be made as the one that was saved: same model, data and settings.
        ``num_epochs`` may be larger or smaller, and ``print_every``, ``verbose``, ``progress``,
        ``early_stopping`` and where to write checkpoints may differ.  The random generators
        (``np.random``, the package's own, ``seed``'s and those of the model) go back, too.

        Parameters
        ----------
        path : path-like
            A file that ``checkpoint_name`` had written, ``.npz`` included.

        Returns
        -------
        Solver
            This one: ``solver.resume(path).train()``.

        Raises
        ------
        ValueError
            If the file is no checkpoint of a Solver, or that of another model, data or settings;
            the message lists what differs.  Nothing has changed then.
        """
        resuming.resume(self, path)
        return self

    def _save_checkpoint(self):
        """Write ``<checkpoint_name>_epoch_<n>.npz``, if there is a name."""
        if self.checkpoint_name is not None:
            path = f"{self.checkpoint_name}_epoch_{self.epoch}.npz"
            if self.verbose:
                self._progress.say(f'Saving checkpoint to "{path}"')
            resuming.save(self, path)

    def _save_latest(self):
        """Write ``<checkpoint_name>_latest.npz`` over the one before."""
        resuming.save(self, f"{self.checkpoint_name}_latest.npz")

    def check_initial_loss(self):
        """Compare the loss of the model as it is with that of one that knows nothing.

        With all scores near 0, softmax gives ``log(C)`` and a margin loss ``C - 1``.  The model's
        regularization is left out if it has an attribute ``reg``.

        Returns
        -------
        InitialLoss
            Print it; ``passed`` says whether the loss is within 15 % of one of them.
        """
        return sanity.check_initial_loss(self.model, self._data, self._classes)

    def overfit_small_batch(self, n=20, iterations=200, learning_rate=None):
        """Let a copy of the model learn a few examples by heart, which every sound one can.

        Parameters
        ----------
        n : int
            How many examples, evenly spaced over ``X_train``; each step sees all of them.
        iterations : int
            How many steps at most; every tenth looks whether all examples are right.
        learning_rate : float, optional
            Instead of that in ``optim_config``.

        Returns
        -------
        Overfit
            Print it; ``passed`` says whether the accuracy reached 100 %, or, with another metric,
            the loss a hundredth of the first.  Model and random generators are as before.
        """
        config = dict(self.optim_config)
        if learning_rate is not None:
            config["learning_rate"] = positive(
                "overfit_small_batch", "learning_rate", learning_rate
            )
        return sanity.overfit_small_batch(
            self.model, self._data, self.update_rule, config, self._classes, n, iterations
        )
