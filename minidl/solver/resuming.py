"""A Solver's checkpoints: what is in them, and whether they fit."""

import copy
import os

import numpy as np

from minidl.checkpoints import require_random_states
from minidl.nn.generators import random_states, set_random_states
from minidl.solver.history import History
from minidl.solver.state import (
    buffers,
    copies,
    description,
    differences,
    fingerprint,
    named,
    set_buffers,
    shapes,
    write_params,
)
from minidl.storage import read_state, write_state

KIND = "solver checkpoint"


def save(solver, path):
    """Write all that ``solver`` needs to go on, whole or not at all."""
    write_state(path, KIND, {"identity": identity(solver), **state_of(solver)})


def resume(solver, path):
    """Put a solver back to where a file was saved, or leave it as it is and say why."""
    path = os.fspath(path)
    state = read_state(path, KIND)
    own = {"identity": identity(solver), **state_of(solver)}
    if state.keys() != own.keys():
        raise ValueError(f"Solver.resume: {path!r} lacks {sorted(own.keys() - state.keys())}")
    wrong = differences(state["identity"], own["identity"])
    if wrong:
        raise ValueError(f"Solver.resume: {path!r} is of another run: {'; '.join(wrong)}")
    for part in ("params", "best_params"):
        wrong = differences(shapes(state[part]), shapes(solver.model.params), part)
        if wrong:
            raise ValueError(f"Solver.resume: {path!r} does not fit inside: {'; '.join(wrong)}")
    before = copy.deepcopy(own)
    try:
        require_random_states("Solver.resume", state["random"], **_holders(solver))
        restore(solver, state)
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        restore(solver, before)
        raise ValueError(
            f"Solver.resume: {path!r} does not fit inside: {type(error).__name__}: {error}"
        ) from None
    except BaseException:
        restore(solver, before)
        raise


def identity(solver):
    """Return what must be equal for a run to go on as if never stopped."""
    return {
        "settings": {
            "update_rule": named(solver.update_rule),
            "optim_config": {key: _fact(value) for key, value in solver.optim_config.items()},
            "lr_decay": solver.lr_decay,
            "lr_schedule": _schedule(solver.lr_schedule),
            "batch_size": solver.batch_size,
            "num_train_samples": solver.num_train_samples,
            "num_val_samples": solver.num_val_samples,
            "metric": solver.metric.name,
            "lower_is_better": solver.lower_is_better,
            "sampling": solver.sampling,
            "seed": _fact(solver.seed),
            "clip_grad_norm": solver.clip_grad_norm,
        },
        "data": fingerprint(solver._data),
        "model": description(solver.model),
    }


def state_of(solver):
    """Return everything that training changes, as a tree that can be stored."""
    return {
        "next": solver._next,
        "epoch": solver.epoch,
        "last_gain": solver._last_gain,
        "batches": solver._batches.state(),
        "rates": solver._rates.state(),
        "params": copies(solver.model.params),
        "buffers": buffers(solver.model),
        "optim_configs": solver.optim_configs,
        "best_val_acc": solver.best_val_acc,
        "best_params": solver.best_params,
        "best_buffers": solver._best_buffers,
        "loss_history": np.array(solver.loss_history),
        "train_acc_history": np.array(solver.train_acc_history),
        "val_acc_history": np.array(solver.val_acc_history),
        "history": solver.history.rows,
        "seconds": solver._seconds,
        "random": random_states(**_holders(solver)),
    }


def restore(solver, state):
    """Put back what :func:`state_of` returned."""
    write_params(solver.model, state["params"])
    set_buffers(solver.model, state["buffers"])
    solver._batches.set_state(state["batches"])
    solver._rates.set_state(state["rates"])
    solver._next = state["next"]
    solver.epoch = state["epoch"]
    solver._last_gain = state["last_gain"]
    solver.optim_configs = state["optim_configs"]
    solver.best_val_acc = state["best_val_acc"]
    solver.best_params = state["best_params"]
    solver._best_buffers = state["best_buffers"]
    for name in ("loss_history", "train_acc_history", "val_acc_history"):
        setattr(solver, name, state[name].tolist())
    solver.history = History(state["history"])
    solver._seconds = state["seconds"]
    set_random_states(state["random"], **_holders(solver))


def _holders(solver):
    """Where random numbers come from, besides the shared generators."""
    own = {} if solver.seed is None else {"seed": solver.random}
    return {"model": solver.model, **own}


def _schedule(lr_schedule):
    """Describe a schedule: its name and, if they are there, its settings."""
    if lr_schedule is None or not hasattr(lr_schedule, "func"):
        return None if lr_schedule is None else named(lr_schedule)
    return f"{named(lr_schedule.func)}{lr_schedule.args}{lr_schedule.keywords}"


def _fact(value):
    """Return a setting as it can be stored and compared."""
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {value.dtype}"
    if value is None or isinstance(value, (bool, int, float, str, np.generic)):
        return value
    return named(value)
