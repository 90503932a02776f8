"""Which layer, and which pass of it, a function's name means."""

import re
from dataclasses import dataclass

from minidl.spelling import near_miss
from minidl.twins import TWINS, require_layer

ENDINGS = ("_naive", "_fast", "_im2col")
OTHER_NAMES = {  # words of function names, and what they are here
    "conv2d": "conv",
    "convolution": "conv",
    "maxpool": "max_pool",
    "avgpool": "avg_pool",
    "average_pool": "avg_pool",
    "linear": "affine",
    "fc": "affine",
    "batch_norm": "batchnorm",
    "layer_norm": "layernorm",
    "cross_entropy_loss": "softmax_loss",
    "hinge_loss": "svm_loss",
}


@dataclass(frozen=True, slots=True)
class Meant:
    """A layer, and the student's function for each pass of it that there is.

    Attributes
    ----------
    layer : str
        Key in ``TWINS``.
    functions : dict of str to str
        By pass: "forward", "backward", "loss" or "gradient".
    asked : str or None
        The pass that was asked for by name.
    """

    layer: str
    functions: dict
    asked: str | None


def recognise(name):
    """Return (layer, pass) of a function's name, or None.

    ``conv_forward``, ``conv_forward_naive``, ``my_conv_forward_2`` and ``conv2d_forward`` all are
    a convolution's forward pass.
    """
    name = name.lower()
    for word, here in OTHER_NAMES.items():
        name = re.sub(rf"(^|_){word}(_|$)", rf"\g<1>{here}\g<2>", name)
    stems = _stems()
    found = [stem for stem in stems if re.search(rf"(^|_){stem}(_|$)", name)]
    return stems[max(found, key=len)] if found else None


def _stems():
    """Return (layer, pass) by the names of the reference's functions without their endings."""
    stems = {}
    for twin in TWINS.values():
        for which, function in zip(twin.passes, twin.naive, strict=True):
            stem = function.__name__
            for ending in ENDINGS:
                stem = stem.removesuffix(ending)
            stems.setdefault(stem, (twin.name, which))
    return stems


def meant(names, function=None, layer=None):
    """Return what is to be checked.

    Parameters
    ----------
    names : list of str
        The functions that there are.
    function : str, optional
        The one that was asked for; by default all that have names of layers.
    layer : str, optional
        Key in ``TWINS``, where the names do not say it.

    Returns
    -------
    list of Meant

    Raises
    ------
    ValueError
        If there is no such layer, or no name says which one is meant.
    """
    if layer is not None:
        require_layer("check", layer)
    if function is None:
        return _all_of(names, layer)
    found = recognise(function)
    if layer is not None:
        found = layer, pass_of(layer, function)
    if found is None:
        raise ValueError(
            f"check: {function!r} does not say which layer it is{near_miss(function, _stems())}"
            f"; name it like conv_forward, or add --layer: {', '.join(TWINS)}"
        )
    layer, which = found
    functions = {which: function}
    for partner in TWINS[layer].passes:
        if partner != which:
            own = _partner(names, function, which, partner, layer)
            functions |= {partner: own} if own else {}
    ordered = {which: functions[which] for which in TWINS[layer].passes if which in functions}
    return [Meant(layer, ordered, which)]


def _all_of(names, layer):
    found = {}
    for name in names:
        known = recognise(name)
        if known and (layer is None or known[0] == layer):
            found.setdefault(known[0], name)
    if not found:
        wanted = f"of layer {layer!r}" if layer else "with the name of a layer, as conv_forward"
        raise ValueError(
            f"check: there is no function {wanted}"
            + (f"; there are {', '.join(names[:20])}" if names else ", nor any other")
        )
    return [
        Meant(one.layer, one.functions, None)
        for name in found.values()
        for one in meant(names, name)
    ]


def pass_of(layer, function):
    """Return the pass of a layer that a function's name says, or else the first."""
    passes = TWINS[layer].passes
    return next((which for which in passes if which in function.lower()), passes[0])


def _partner(names, function, which, partner, layer):
    """Return the function of the other pass: of the same naming, or the only one there is."""
    twin = function.replace(which, partner)
    if twin != function and twin in names:
        return twin
    wanted = _reference(layer, partner)
    known = [(name, recognise(name)) for name in names]
    others = [name for name, found in known if found and _reference(*found) is wanted]
    return others[0] if len(others) == 1 else None


def _reference(layer, which):
    return dict(zip(TWINS[layer].passes, TWINS[layer].naive, strict=True))[which]
