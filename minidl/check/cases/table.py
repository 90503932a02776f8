"""Which cases, and which traits, a layer is checked with."""

from dataclasses import replace

from minidl.check import traits
from minidl.check.cases import activations, convolution, dense, losses, others, pooling

OWN = {  # layers with cases of their own; all others use those of the table of twins
    "conv": (convolution.cases, convolution.TRAITS),
    "max_pool": (pooling.cases, pooling.MAX_TRAITS),
    "avg_pool": (pooling.cases, pooling.AVG_TRAITS),
    "affine": (dense.cases, dense.TRAITS),
    "relu": (activations.cases, activations.TRAITS),
    "softmax_loss": (losses.class_cases, losses.CLASS_TRAITS),
    "svm_loss": (losses.class_cases, losses.CLASS_TRAITS),
    "mse_loss": (losses.pair_cases, losses.PAIR_TRAITS),
}
SIZES = {"large values": 1e30, "tiny values": 1e-30}  # what x of the ordinary case is times


def cases_of(twin, rng, dtypes, full):
    """Return the cases of a layer, the simple ones first.

    Parameters
    ----------
    twin : Twin
    rng : numpy.random.Generator
    dtypes : tuple of str
    full : bool
        Also what the reference takes beyond the course's contract.
    """
    if twin.name in OWN:
        return list(OWN[twin.name][0](rng, dtypes, full))
    return list(others.cases(twin, rng, dtypes, full))


def named(twin, rng, dtypes):
    """Return the cases of a layer by name, within the course's contract.

    Those of :func:`cases_of`, but layouts come in the first dtype; besides, there are large and
    tiny values, which ``minidl check`` need not tell apart from others.

    Parameters
    ----------
    twin : Twin
    rng : numpy.random.Generator
    dtypes : tuple of str
    """
    found = {case.name: case for case in cases_of(twin, rng, dtypes[:1], full=False)}
    for case in cases_of(twin, rng, dtypes, full=False):
        if case.layout == "plain":
            found.setdefault(case.name, case)
    if "ordinary" in found:
        ordinary = found["ordinary"]
        for name, size in SIZES.items():
            x, *more = ordinary.arguments
            far = replace(ordinary, arguments=(x * x.dtype.type(size), *more), name=name)
            found.setdefault(name, far)
    return found


def traits_of(twin, made):
    """Return the traits in which the cases ``made`` of a layer differ."""
    own = OWN[twin.name][1] if twin.name in OWN else others.traits(made)
    return (*own, *traits.LAYOUTS)
