"""Which cases, and which traits, a layer is checked with."""

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


def traits_of(twin, made):
    """Return the traits in which the cases ``made`` of a layer differ."""
    own = OWN[twin.name][1] if twin.name in OWN else others.traits(made)
    return (*own, *traits.LAYOUTS)
