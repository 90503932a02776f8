"""What a model carries besides its parameters, and how two runs are told apart."""

import zlib

import numpy as np

from minidl.nn import Model

# Attributes of CS231n's classifiers that change what they compute.
TRAITS = ("reg", "normalization", "use_dropout", "dropout_param", "num_layers", "dtype")
CHECKSUM_ROWS = 256  # evenly spaced: enough to tell data sets apart, and quick on any


def copies(params):
    """Return a dict of copies of the arrays."""
    return {name: np.array(w) for name, w in params.items()}


def write_params(model, saved):
    """Put copies of the saved arrays into ``model.params``, which stays the same dict."""
    params = model.params
    for name, w in saved.items():
        params[name] = w.copy()


def buffers(model):
    """Return copies of what forward passes write into a model: batch norm's running statistics.

    They are found in ``model.bn_params``, a list of dicts as CS231n's nets have it, or else in
    ``model.state_dict()``, which holds more than the parameters.
    """
    if hasattr(model, "bn_params"):
        return {
            f"{k}.{key}": np.array(value)
            for k, bn_param in enumerate(model.bn_params)
            for key, value in bn_param.items()
            if key.startswith("running_")
        }
    if hasattr(model, "state_dict"):
        params = model.params
        return {key: np.array(v) for key, v in model.state_dict().items() if key not in params}
    return {}


def set_buffers(model, saved):
    """Put back what :func:`buffers` returned, be it nothing."""
    if hasattr(model, "bn_params"):
        for k, bn_param in enumerate(model.bn_params):
            for key in [key for key in bn_param if key.startswith("running_")]:
                del bn_param[key]
            own = {key: v for key, v in saved.items() if key.startswith(f"{k}.")}
            bn_param.update({key.partition(".")[2]: v.copy() for key, v in own.items()})
    elif saved:
        model.load_state_dict({**dict(model.params), **saved})


def description(model):
    """Return the facts about a model that a checkpoint must share with it."""
    facts = {"class": type(model).__name__}
    if isinstance(model, Model):
        facts["net"] = repr(model.net)
        facts["criterion"] = type(model.criterion).__name__
    for trait in TRAITS:
        if hasattr(model, trait):
            facts[trait] = _plain(getattr(model, trait))
    facts["params"] = shapes(model.params)
    return facts


def shapes(params):
    """Return shape and dtype of every array, or, of what is no mapping, its type."""
    if not hasattr(params, "items"):
        return type(params).__name__
    return {name: f"{np.shape(w)} {np.asarray(w).dtype}" for name, w in params.items()}


def fingerprint(data):
    """Return shape, dtype and a checksum of some rows of every array."""
    return {
        name: f"{array.shape} {array.dtype}, checksum {_checksum(array):08x}"
        for name, array in data.items()
    }


def differences(saved, own, place=""):
    """Return in words every fact in which two trees of facts differ."""
    if not isinstance(saved, dict) or not isinstance(own, dict):
        return [] if saved == own else [f"{place} is {_short(own)}, and was {_short(saved)}"]
    found = []
    for key in [*own, *(key for key in saved if key not in own)]:
        name = f"{place} {key}" if place else key
        if key not in saved:
            found.append(f"{name} is {_short(own[key])}, and was not there")
        elif key not in own:
            found.append(f"{name} was {_short(saved[key])}, and is not there")
        else:
            found += differences(saved[key], own[key], name)
    return found


def named(thing):
    """Return the name of a function or class, or the type of an object."""
    return getattr(thing, "__qualname__", type(thing).__name__)


def _short(fact):
    text = str(fact).replace("\n", " ")
    return text if len(text) <= 100 else text[:97] + "..."


def _checksum(array):
    rows = np.linspace(0, len(array) - 1, min(len(array), CHECKSUM_ROWS)).astype(int)
    return zlib.crc32(np.ascontiguousarray(array[rows]).tobytes())


def _plain(value):
    """Return a fact as it is compared and stored, without what changes from call to call."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k in ("p", "seed")}
    if isinstance(value, (bool, int, float, str, type(None))):
        return value
    return getattr(value, "__name__", str(value))
