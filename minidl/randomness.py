"""The package's own random generator, for everything that is not given one."""

import contextlib

import numpy as np

from minidl.geometry import integer, random_generator

_state = {"generator": np.random.default_rng()}


def manual_seed(seed):
    """Seed the package's generator, so that the weights drawn from now on can be drawn again.

    Parameters
    ----------
    seed : int
        At least 0, of at most 64 bits, as in PyTorch.
    """
    seed = integer("manual_seed", "seed", seed, 0, 2**64 - 1)
    _state["generator"] = np.random.default_rng(seed)


def default_rng(rng=None):
    """Return ``rng`` itself, or the package's generator if it is None.

    Raises
    ------
    TypeError
        If ``rng`` is neither; a seed becomes a generator by ``numpy.random.default_rng(seed)``.
    """
    return _state["generator"] if rng is None else random_generator("rng", rng)


@contextlib.contextmanager
def global_state_kept():
    """Give NumPy's global state back as it was; CS231n's dropout seeds it at every call."""
    state = np.random.get_state()  # noqa: NPY002 - the course's contract
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def uniform(shape, seed=None, rng=None):
    """Return float64 numbers from 0 to below 1, drawn the same way for a layer and its twin.

    Parameters
    ----------
    shape : tuple of int
    seed : int, optional
        What to set NumPy's global state to first, as CS231n's dropout does at every call.
    rng : numpy.random.Generator, optional
        Where the numbers come from; by default NumPy's global state, which CS231n's layers use.
    """
    if rng is not None:
        return np.asarray(rng.random(shape))
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002 - the course's contract
    return np.asarray(np.random.random_sample(shape))  # noqa: NPY002
