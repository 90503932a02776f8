"""The training loop: draw a batch, ask for the gradients, step, and look how it goes."""

import math
import time

import numpy as np

from minidl.geometry import require_shape
from minidl.nn.utils import clip_gradients
from minidl.solver import checks
from minidl.solver.metrics import OfScores, undisturbed
from minidl.solver.state import buffers, copies, set_buffers, write_params


class TrainingLoop:
    """What a :class:`~minidl.solver.Solver` does, given the attributes that it sets up."""

    def train(self):
        """Train for ``num_epochs``, or, after :meth:`resume`, for what is left of them.

        However it ends, by Ctrl-C or another exception, too, the model has the best weights so
        far, with batch norm's running statistics of that time; histories hold all up to the end.
        Called again, it trains for as many epochs more, as in the course.

        Raises
        ------
        FloatingPointError
            At the first NaN or infinity in the loss, a gradient, an updated parameter, or what is
            measured on either set; the message names the iteration, the parameter and its layer.
        """
        per_epoch = self._batches.batches_per_epoch
        n_iterations = self.num_epochs * per_epoch
        self._begin()
        try:
            for t in self._progress.over(range(self._next, n_iterations), n_iterations):
                if self._out_of_patience():
                    break
                self._step()
                if self.verbose and t % self.print_every == 0:
                    loss = self.loss_history[-1]
                    self._progress.say(f"(Iteration {t + 1} / {n_iterations}) loss: {loss:f}")
                self._next = t + 1
                epoch_ends = self._next % per_epoch == 0
                if epoch_ends:
                    self.epoch += 1
                    self._rates.end_epoch(self.optim_configs, self.epoch)
                if t == 0 or epoch_ends:
                    self._evaluate(n_recent=t % per_epoch + 1)
                    self._save_checkpoint()
                if self.checkpoint_every and self._next % self.checkpoint_every == 0:
                    self._save_latest()
        finally:
            self._restore_best()
            self._next = 0

    def _begin(self):
        """Look at the model's scores once, and note what to go back to if the first step fails."""
        self._started = time.perf_counter() - self._seconds
        if self._classes:
            with undisturbed(self.model):
                checks.require_scores(self.model, self._data)
        if self._next == 0:
            self._batches.restart()
            self._last_gain = self.epoch
            self._rates.begin(self.optim_configs, self.epoch)
        if not self.best_params:
            self._remember_best()

    def _step(self):
        """Draw a batch and update every parameter once."""
        chosen = self._batches.draw()
        data = {"X_train": self.X_train, "y_train": self.y_train}
        params = self.model.params
        loss, grads = checks.loss_and_gradients(
            self.model, params, *(array[chosen] for array in data.values())
        )
        self.loss_history.append(loss)
        iteration, rate = len(self.loss_history), self._learning_rate()
        self._last_rate = rate
        self._watch.number(iteration, "the loss", loss, rate, chosen, **data)
        for name, dw in grads.items():
            self._watch.gradient(iteration, name, dw, rate)
        if self.clip_grad_norm is not None:
            grads = copies(grads)
            clip_gradients(grads, self.clip_grad_norm)
        for name, dw in grads.items():
            w = params[name]
            next_w, self.optim_configs[name] = self.update_rule(w, dw, self.optim_configs[name])
            next_w = np.asarray(next_w, dtype=w.dtype)
            require_shape("Solver", f"the update of {name}", next_w, w.shape, "its own")
            self._watch.parameter(iteration, name, next_w, rate)
            params[name] = next_w

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Return the metric of the model on ``X`` and ``y``; by default its accuracy.

        Parameters
        ----------
        X, y : ndarray
        num_samples : int, optional
            Draw so many examples, with replacement, if there are more.
        batch_size : int
            How many examples the model scores at once.

        Returns
        -------
        float
        """
        batch_size = checks.count("batch_size", batch_size)
        X, y = np.asarray(X), np.asarray(y)
        if not len(X):
            raise ValueError("check_accuracy: X is empty, and a mean of nothing is no number")
        if X.shape[:1] != y.shape[:1]:
            raise ValueError(f"check_accuracy: X has {len(X)} examples, and y has shape {y.shape}")
        if num_samples is not None and len(X) > num_samples:
            chosen = self.random.choice(len(X), num_samples)
            X, y = X[chosen], y[chosen]
        return self.metric(self.model, X, y, batch_size)

    def _evaluate(self, n_recent):
        """Check the metric, add to the histories, and keep the weights if they are the best."""
        train = self.check_accuracy(self.X_train, self.y_train, num_samples=self.num_train_samples)
        val = self.check_accuracy(self.X_val, self.y_val, num_samples=self.num_val_samples)
        self.train_acc_history.append(train)
        self.val_acc_history.append(val)
        self._seconds = time.perf_counter() - self._started
        self.history.append(
            epoch=self.epoch,
            iteration=len(self.loss_history),
            loss=float(np.mean(self.loss_history[-n_recent:])),
            train=train,
            val=val,
            learning_rate=self._last_rate,
            seconds=self._seconds,
        )
        self._require_numbers(train, val)
        better = val < self.best_val_acc if self.lower_is_better else val > self.best_val_acc
        if better:
            self.best_val_acc, self._last_gain = val, self.epoch
        if better or math.isinf(self.best_val_acc):  # nothing to compare with: the latest it is
            self._remember_best()
        if self.verbose:
            name, epoch = self.metric.name, f"(Epoch {self.epoch} / {self.num_epochs})"
            self._progress.say(f"{epoch} train {name}: {train:f}; val_{name}: {val:f}")

    def _require_numbers(self, train, val):
        """Stop if the metric is NaN or infinite; a function of the user's may have reasons."""
        if isinstance(self.metric, OfScores):
            return
        iteration, rate = len(self.loss_history), self._last_rate
        for X, y, value in (("X_train", "y_train", train), ("X_val", "y_val", val)):
            what, data = f"the {self.metric.name} on {X}", {X: self._data[X], y: self._data[y]}
            self._watch.number(iteration, what, value, rate, **data)

    def _out_of_patience(self):
        waited = self.epoch - self._last_gain
        return self.early_stopping is not None and waited >= self.early_stopping

    def _learning_rate(self):
        rate = next(iter(self.optim_configs.values())).get("learning_rate")
        return None if rate is None else float(rate)

    def _remember_best(self):
        self.best_params = copies(self.model.params)
        self._best_buffers = buffers(self.model)

    def _restore_best(self):
        write_params(self.model, self.best_params)
        set_buffers(self.model, self._best_buffers)
