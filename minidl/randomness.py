"""The package's own random generator, for everything that is not given one."""

import numpy as np

from minidl.geometry import integer

_state = {"generator": np.random.default_rng()}


def manual_seed(seed):
    """Seed the package's generator, so that the weights drawn from now on can be drawn again.

    Parameters
    ----------
    seed : int
        At least 0.
    """
    seed = integer("manual_seed", "seed", seed, 0)
    _state["generator"] = np.random.default_rng(seed)


def default_rng(rng=None):
    """Return ``rng`` itself, or the package's generator if it is None.

    Raises
    ------
    TypeError
        If ``rng`` is neither; a seed becomes a generator by ``numpy.random.default_rng(seed)``.
    """
    if rng is None:
        return _state["generator"]
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy.random.Generator, got {type(rng).__name__}; "
            "make one: np.random.default_rng(0)"
        )
    return rng
