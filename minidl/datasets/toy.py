"""Points in the plane that no straight line parts: data for nets without images.

Each function returns ``X`` of shape (N, 2), float32, and ``y`` of shape (N,), int64.  Without a
generator of your own, it returns the same points every time.
"""

import numpy as np

from minidl.geometry import integer
from minidl.randomness import default_rng


def spiral(n_per_class=100, n_classes=3, noise=0.2, rng=None):
    """Arms of a spiral, one for each class.

    Parameters
    ----------
    n_per_class, n_classes : int
    noise : float
        Standard deviation of the angle, in radians.
    rng : numpy.random.Generator, optional

    References
    ----------
    .. [1] CS231n, "Neural networks case study", https://cs231n.github.io/neural-networks-case-study/
    """
    n_per_class = integer("spiral", "n_per_class", n_per_class, 1)
    n_classes = integer("spiral", "n_classes", n_classes, 1)
    rng = np.random.default_rng(0) if rng is None else default_rng(rng)
    y = np.repeat(np.arange(n_classes), n_per_class)
    radius = np.tile(np.linspace(0, 1, n_per_class), n_classes)
    angle = 4 * (y + radius) * 3 / n_classes + noise * rng.standard_normal(y.size)
    X = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return X.astype(np.float32), y


def two_moons(n=200, noise=0.1, rng=None):
    """Two half circles that reach into each other.

    Parameters
    ----------
    n : int
        Points in all.
    noise : float
        Standard deviation of each coordinate; the circles have radius 1.
    rng : numpy.random.Generator, optional
    """
    n = integer("two_moons", "n", n, 2)
    rng = np.random.default_rng(0) if rng is None else default_rng(rng)
    y = np.repeat([0, 1], [n - n // 2, n // 2])
    angle = np.pi * np.concatenate([np.linspace(0, 1, n - n // 2), np.linspace(0, 1, n // 2)])
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    X = np.where(y[:, None] == 0, upper, lower) + noise * rng.standard_normal((n, 2))
    return X.astype(np.float32), y.astype(np.int64)


def xor(n=200, noise=0.1, rng=None):
    """Points around the corners of a square; opposite corners share a class.

    Parameters
    ----------
    n : int
        Points in all, dealt to the four corners (-1, -1), (-1, 1), (1, -1), (1, 1) in turn.
    noise : float
        Standard deviation of each coordinate.
    rng : numpy.random.Generator, optional
    """
    n = integer("xor", "n", n, 1)
    rng = np.random.default_rng(0) if rng is None else default_rng(rng)
    corner = np.arange(n) % 4
    signs = np.stack([corner // 2, corner % 2], axis=1)
    X = 2.0 * signs - 1 + noise * rng.standard_normal((n, 2))
    return X.astype(np.float32), (signs[:, 0] ^ signs[:, 1]).astype(np.int64)
