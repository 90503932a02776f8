"""What a Solver is given, looked at before any work."""

import inspect
import os

import numpy as np

from minidl import optim
from minidl.geometry import (
    class_labels,
    integer,
    integer_labels,
    real_array,
    require_dict,
)
from minidl.solver.sampling import SharedRandom
from minidl.spelling import near_miss

DATA = ("X_train", "y_train", "X_val", "y_val")
ONE_EACH = "one label for each example"


def known_data(data, labels):
    """Return the four arrays of ``data``, which may hold more, such as a test set.

    Parameters
    ----------
    data : mapping
    labels : bool
        Whether ``y`` must hold class labels.
    """
    if not hasattr(data, "keys"):
        raise TypeError(
            f"Solver: data must be a dict with {', '.join(DATA)}, got {type(data).__name__}"
        )
    for key in DATA:
        if key not in data:
            others = [str(other) for other in data if other not in DATA]
            hint = near_miss(key, others) or f"; it has {sorted(map(str, data))}"
            raise ValueError(f"Solver: data lacks {key!r}{hint}")
    arrays = {key: real_array("Solver", key, data[key]) for key in DATA}
    for part in ("train", "val"):
        X, y = arrays[f"X_{part}"], arrays[f"y_{part}"]
        if not X.ndim or not len(X):
            raise ValueError(
                f"Solver: X_{part} is empty (shape {X.shape}); training needs at least one example "
                "to learn from, and one to choose the best weights by"
            )
        if X.shape[:1] != y.shape[:1]:
            raise ValueError(
                f"Solver: X_{part} has {len(X)} examples, and y_{part} has shape {y.shape}; "
                "their first axes must be equal"
            )
        if labels:
            _require_labels(f"y_{part}", y)
    if arrays["X_train"].shape[1:] != arrays["X_val"].shape[1:]:
        raise ValueError(
            f"Solver: examples of X_train have shape {arrays['X_train'].shape[1:]}, "
            f"and those of X_val {arrays['X_val'].shape[1:]}"
        )
    return arrays


def _require_labels(name, y):
    other = ", or train for numbers with metric='loss'"
    integer_labels("Solver", y, len(y), ONE_EACH, name, other)
    if y.min() < 0:
        n = int(np.argmin(y))
        raise ValueError(f"Solver: {name}[{n}] is {y[n]}; labels count from 0")


def require_protocol(model):
    """Refuse a model without ``params``, a dict of arrays, or without ``loss(X, y=None)``."""
    why = (
        "; a model has params, a dict from name to array, and loss(X, y=None), which returns "
        "scores, or (loss, grads) if y is given; wrap a net of modules: nn.Model(net, criterion)"
    )
    name = type(model).__name__
    if isinstance(model, type):
        raise TypeError(
            f"Solver: model is the class {model.__name__}; make one: {model.__name__}()"
        )
    if not callable(getattr(model, "loss", None)):
        raise TypeError(f"Solver: {name} has no method loss{why}")
    params = getattr(model, "params", None)
    if not hasattr(params, "items"):
        raise TypeError(f"Solver: {name} has no dict params{why}")
    if not params:
        raise ValueError("Solver: model.params is empty; there is nothing to train")
    for key, w in params.items():
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
            kind = w.dtype if isinstance(w, np.ndarray) else type(w).__name__
            raise TypeError(f"Solver: model.params[{key!r}] must be an array of floats, got {kind}")


def require_scores(model, data):
    """Refuse labels beyond the classes of the model, which scores two examples to show them."""
    scores = np.asarray(model.loss(data["X_train"][:2]))
    n = len(data["X_train"][:2])
    if scores.ndim != 2 or len(scores) != n:
        raise ValueError(
            f"Solver: model.loss(X) must return scores (N, C) for metric 'accuracy', got shape "
            f"{scores.shape} for {n} examples; for numbers instead of classes, use metric='loss'"
        )
    for name in ("y_train", "y_val"):
        class_labels("Solver", data[name], len(data[name]), scores.shape[1], ONE_EACH, name)


def known_rule(rule):
    """Return the update rule of that name in ``minidl.optim``, or the function itself."""
    if callable(rule):
        return rule
    rules = _own_rules()
    if not isinstance(rule, str) or rule not in rules:
        hint = near_miss(str(rule), rules) or f"; there are {', '.join(sorted(rules))}"
        raise ValueError(f"Solver: update_rule {rule!r} is no rule of minidl.optim{hint}")
    return rules[rule]


def _own_rules():
    return {
        name: thing
        for name, thing in vars(optim).items()
        if inspect.isfunction(thing) and list(inspect.signature(thing).parameters)[:1] == ["w"]
    }


def starting_rate(rule, optim_config):
    """Return the learning rate a rule begins with, its default if none is given; or None.

    One step of a single zero shows the default, and refuses numbers out of their range before any
    work.  A function from elsewhere is not called for this.
    """
    config = {key: v for key, v in optim_config.items() if not isinstance(v, np.ndarray)}
    if getattr(rule, "__module__", "").startswith("minidl.optim"):
        _require_settings(optim_config)
        _, config = rule(np.zeros(1), np.zeros(1), config)
    return config.get("learning_rate")


def _require_settings(optim_config):
    """Refuse a setting that no rule of ours has; those of another rule are ignored."""
    step = np.zeros(1), np.zeros(1)
    known = set().union(*(rule(*step, {})[1] for rule in _own_rules().values()))
    for key in optim_config:
        if key not in known:
            rate = "; the learning rate is 'learning_rate'" if key == "lr" else ""
            hint = rate or near_miss(str(key), known) or f"; they have {', '.join(sorted(known))}"
            raise ValueError(f"Solver: optim_config has {key!r}, which no rule has{hint}")


def count(name, value, optional=False):
    """Return a whole number above 0; or None, if that is allowed."""
    return None if optional and value is None else integer("Solver", name, value, 1)


def known_folder(checkpoint_name):
    """Return the beginning of checkpoints' names, in a folder that exists; or None."""
    if checkpoint_name is None:
        return None
    if not isinstance(checkpoint_name, (str, bytes, os.PathLike)):
        raise TypeError(
            "Solver: checkpoint_name must be the beginning of a path, "
            f"got {type(checkpoint_name).__name__}"
        )
    checkpoint_name = os.fsdecode(checkpoint_name)
    folder = os.path.dirname(checkpoint_name) or "."
    if not os.path.isdir(folder):
        raise FileNotFoundError(
            f"Solver: checkpoint_name is {checkpoint_name!r}, and the folder {folder!r} "
            f"does not exist; make it: os.makedirs({folder!r})"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(
            f"Solver: checkpoint_name is {checkpoint_name!r}, and files cannot be written to "
            f"the folder {folder!r}"
        )
    return checkpoint_name


def known_config(optim_config):
    """Return a copy of the rule's settings; none are an empty dict."""
    if optim_config is None:
        return {}
    require_dict("Solver", "optim_config", optim_config, "; for example {'learning_rate': 1e-3}")
    return dict(optim_config)


def known_choice(name, value, choices):
    """Return ``value``, which must be one of the words in ``choices``."""
    if not isinstance(value, str) or value not in choices:
        words = " or ".join(map(repr, choices))
        hint = near_miss(str(value), choices)
        raise ValueError(f"Solver: {name} must be {words}, got {value!r}{hint}")
    return value


def known_random(seed):
    """Return where batches are drawn from: the shared ``np.random``, or a generator."""
    if seed is None:
        return SharedRandom()
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(integer("Solver", "seed", seed, 0))


def loss_and_gradients(model, params, X, y):
    """Return the loss as a float, and a gradient for each of ``params``, in their order."""
    answer = model.loss(X, y)
    if not isinstance(answer, tuple) or len(answer) != 2 or not hasattr(answer[1], "keys"):
        raise TypeError(
            "Solver: model.loss(X, y) must return (loss, grads), a number and a dict, "
            f"got {type(answer).__name__}"
        )
    loss, grads = answer
    for name in params:
        if name not in grads:
            raise ValueError(
                f"Solver: model.loss gave no gradient for {name!r}, only for {sorted(grads)}"
            )
    return number("the loss", loss), {
        name: real_array("Solver", f"the gradient of {name!r}", grads[name]) for name in params
    }


def number(what, value):
    """Return what a model or a metric gave as a float; it may be NaN."""
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "biuf":
        shown = f"shape {array.shape}" if array.ndim else repr(value)
        raise TypeError(f"Solver: {what} must be a number, got {shown}")
    return float(array.item())
