"""Runs that kill themselves with SIGKILL at a given moment, for the tests of checkpoints.

Run: python tests/killed_runs.py RUN FOLDER MOMENT
"""

import os
import pathlib
import signal
import sys

import numpy as np
from small_models import Restless, classes

import minidl
from minidl import nn, optim
from minidl.checkpoints import load_checkpoint, save_checkpoint
from minidl.classifiers import FullyConnectedNet
from minidl.datasets import DataLoader
from minidl.solver import Solver

MOMENT = {"left": None}  # steps, or writes, until the end


def strike():
    if MOMENT["left"] is not None:
        MOMENT["left"] -= 1
        if MOMENT["left"] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Restless):
    def loss(self, X, y=None):
        if y is not None:
            strike()
        return super().loss(X, y)


def seeded():
    np.random.seed(1)  # noqa: NPY002
    minidl.manual_seed(2)


class MortalNet(FullyConnectedNet):
    def loss(self, X, y=None):
        if y is not None:
            strike()
        return super().loss(X, y)


def deep_net():
    """CS231n's net of any depth, with batch norm and dropout, in float32."""
    np.random.seed(4)  # noqa: NPY002
    shape = {"input_dim": 3, "num_classes": 3, "weight_scale": 0.3}
    return MortalNet([6, 5], dropout_keep_ratio=0.8, normalization="batchnorm", reg=0.01, **shape)


def solver_run(folder, resume, make=Mortal, **options):
    """Train a net with running statistics and generators of its own; go on where it was."""
    seeded()
    settings = {"batch_size": 8, "num_epochs": 4, "num_train_samples": 30, "lr_decay": 0.9}
    files = {"checkpoint_name": os.path.join(folder, "run"), "checkpoint_every": 2}
    solver = Solver(make(), classes(), verbose=False, **settings, **files, **options)
    if resume:
        np.random.random_sample(3)  # noqa: NPY002 - what a checkpoint must undo
        newest = max(pathlib.Path(folder).glob("run*.npz"), key=os.path.getmtime)
        solver.resume(newest)
    solver.train()
    model = solver.model
    return {
        **{f"w {name}": w for name, w in model.params.items()},
        **{f"best {name}": w for name, w in solver.best_params.items()},
        **{f"{p} {key}": v for p, c in solver.optim_configs.items() for key, v in c.items()},
        **{f"{k} {key}": v for k, c in enumerate(model.bn_params) for key, v in c.items()},
        "loss_history": np.array(solver.loss_history),
        "train_acc_history": np.array(solver.train_acc_history),
        "val_acc_history": np.array(solver.val_acc_history),
        "rows": [[v for k, v in row.items() if k != "seconds"] for row in solver.history],
        "np.random": np.random.random_sample(4),  # noqa: NPY002
        "package": minidl.randomness.default_rng().random(4),
        **{name: rng.random(4) for name, rng in vars(model).items() if name == "rng"},
        **{key: v.random(4) for key, v in model.dropout_param.items() if key == "rng"},
        "batches": solver.random.random(4),
    }


def module_run(folder, resume, epochs=3):
    """Train modules in a loop of our own; one dropout draws from the package's generator."""
    seeded()
    rng = np.random.default_rng(7)
    net = nn.Sequential(
        nn.Linear(3, 6, rng=rng),
        nn.BatchNorm1d(6),
        nn.Dropout(0.2),
        nn.ReLU(),
        nn.Linear(6, 6, rng=rng),
        nn.Dropout(0.2, rng=np.random.default_rng(8)),
        nn.Linear(6, 3, rng=rng),
    )
    criterion, data = nn.CrossEntropyLoss(), classes()
    optimizer = optim.Adam(net.parameters(), lr=0.05)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=5)
    loader = DataLoader(data["X_train"], data["y_train"], batch_size=8, shuffle=True)
    parts = {"net": net, "optimizer": optimizer, "scheduler": scheduler, "loader": loader}
    parts["rng"] = rng
    path, losses = os.path.join(folder, "loop.npz"), []
    if resume:
        losses = load_checkpoint(path, **parts)["losses"]
    while len(losses) < epochs * len(loader):
        for X, y in loader:
            strike()
            optimizer.zero_grad()
            noise = 0.1 * rng.standard_normal(X.shape)
            losses.append(criterion(net(X + noise), y))
            net.backward(criterion.backward())
            optimizer.step()
            if len(losses) % len(loader) == 0:
                scheduler.step()
            save_checkpoint(path, **parts, losses=losses)
    return {
        **net.state_dict(),
        "losses": np.array(losses),
        "lr": optimizer.lr,
        "rng": rng.random(4),
        "package": minidl.randomness.default_rng().random(4),
        "np.random": np.random.random_sample(4),  # noqa: NPY002
    }


RUNS = {
    "replacement": lambda folder, resume: solver_run(folder, resume, update_rule="adam"),
    "shuffle": lambda folder, resume: solver_run(
        folder, resume, update_rule="adam", sampling="shuffle", seed=3
    ),
    "momentum": lambda folder, resume: solver_run(
        folder, resume, update_rule="sgd_momentum", clip_grad_norm=0.1
    ),
    "classifier": lambda folder, resume: solver_run(
        folder, resume, deep_net, update_rule="adam", sampling="shuffle"
    ),
    "modules": module_run,
}

if __name__ == "__main__":
    run, folder, moment = sys.argv[1:]
    if moment.startswith("write "):  # strike when a checkpoint is written but not yet in place
        replace = os.replace
        os.replace = lambda *names: (strike(), replace(*names))
        MOMENT["left"] = int(moment.split()[1])
        Mortal.loss = Restless.loss  # it shall live until then
    else:
        MOMENT["left"] = int(moment)
    RUNS[run](folder, False)
