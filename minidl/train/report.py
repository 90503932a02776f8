"""What is told about a run: lines for people, a summary for programs."""

from minidl.terminal import progress


class Report:
    """Tells how a run goes.

    Parameters
    ----------
    say : callable or None
        Takes a line of text; None tells nothing, and shows no bar.
    """

    def __init__(self, say):
        self._say = say

    def line(self, text):
        """Tell one line, if anybody listens."""
        if self._say is not None:
            self._say(text)

    def begin(self, run, out):
        """Tell what is about to be trained on what, and how."""
        data, settings = run.data, run.settings
        self.line(
            f"{settings.model} ({run.summary.parameters:,} parameters) on {data.name}: "
            f"{len(data.X_train):,} training and {len(data.X_test):,} test examples of "
            f"{' x '.join(map(str, data.shape))} in {data.n_classes} classes"
        )
        momentum = "" if settings.momentum is None else f", momentum {settings.momentum:g}"
        self.line(
            f"{settings.optimizer}{momentum}, learning rate {settings.lr:g}, after each epoch "
            f"times {settings.lr_decay:g}; batches of {settings.batch_size}, seed {settings.seed}, "
            f"{settings.dtype}, threads {settings.threads}"
        )
        if out is not None:
            self.line(f"writing to {out.path}; Ctrl-C stops, and keeps what was done")

    def batches(self, run):
        """Return the batches that are left of the epoch, with a bar on a terminal."""
        if self._say is None:
            return iter(run.loader)
        label = f"epoch {run.epoch + 1}/{run.settings.epochs}"
        return progress(run.loader, run.batches_left, label)

    def epoch(self, run, examples_per_second):
        """Tell how the epoch that has just ended went."""
        row, epochs = run.history[-1], run.settings.epochs
        self.line(
            f"epoch {row['epoch']:{len(str(epochs))}}/{epochs}: loss {row['train_loss']:.4f}, "
            f"accuracy train {row['train_accuracy']:7.2%}, test {row['test_accuracy']:7.2%}, "
            f"learning rate {row['learning_rate']:.4g}, {row['seconds']:.1f} s, "
            f"{examples_per_second:,.0f} examples/s"
        )

    def end(self, run, out, pictures):
        """Tell what came of it, and where it is."""
        self.line(
            f"best: epoch {run.best_epoch}, test accuracy {run.best_accuracy:.2%}"
            + ("" if out is None else f"; weights in {out.file('best.npz')}")
        )
        if pictures:
            self.line(f"pictures: {', '.join(pictures)}")


def summary(run):
    """Return what a program wants to know of a run, in plain values."""
    return {
        "model": run.settings.model,
        "data": run.data.name,
        "parameters": run.summary.parameters,
        "seed": run.settings.seed,
        "epochs": run.epoch,
        "finished": run.finished,
        "best_epoch": run.best_epoch,
        "best_test_accuracy": run.best_accuracy,
        "last": dict(run.history[-1]),
        "seconds": run.seconds,
        "out": run.out,
    }
