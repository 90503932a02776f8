"""Slopes along directions: what a gradient is held against, without any backward pass.

How fast a number grows along a direction is a central difference of the forward pass.  Wherever
that pass is smooth it can be had to nine digits or so; at a kink, as ReLU has at 0, there is none.
"""

import numpy as np

from minidl.assignment.cases.trial import Slope

COUNT = 4  # directions for each gradient
TRIES = (1.0,) * 6 + (0.25,) * 4 + (0.0,) * 8  # share of the numbers that move; 0 is one of them
STEPS = (1e-3, 1e-2, 1e-4, 1e-5, 1e-6)  # relative to the largest number
GOOD, ENOUGH = 1e-10, 2e-8  # errors, relative to the size of the slope
KINK = 0.7  # a smooth function's one-sided slopes come closer by a half where the step halves
ROUNDING = 4 * np.finfo(float).eps  # of the number that grows
AGREES = 1e-7  # how closely the reference's own gradient must agree


def slopes(value, arguments, gradients, places, rng):
    """Return slopes along random directions, for every gradient.

    Parameters
    ----------
    value : callable
        Takes arguments and returns the number whose gradients are meant.
    arguments : tuple
        Arrays of float64, and others.
    gradients : dict of str to ndarray
        By name of result: "dx"; they tell the size of an error that counts.
    places : dict of str to int
        By name of result, which of ``arguments`` it is the gradient by.
    rng : numpy.random.Generator

    Returns
    -------
    tuple of Slope
        Up to four for each gradient; fewer where a kink is at every turn.

    Raises
    ------
    ValueError
        If a gradient is not what the slopes say.
    """
    found = []
    with np.errstate(all="ignore"):
        start = value(arguments)
        for name, place in places.items():
            found += _along(value, arguments, (name, place, gradients[name]), start, rng)
    return tuple(found)


def _along(value, arguments, gradient, start, rng):
    """Return the slopes for one gradient."""
    name, place, array = gradient
    found, x = [], np.asarray(arguments[place])
    for share in TRIES:
        direction = _direction(x.shape, share, rng)
        size = float(np.linalg.norm(array * direction))

        def along(step, direction=direction):
            moved = (*arguments[:place], x + step * direction, *arguments[place + 1 :])
            return value(moved)

        slope = _slope(along, start, np.max(np.abs(x), initial=0) or 1.0, size)
        if slope is None:
            continue
        told = float(np.sum(array * direction))
        if not abs(told - slope) <= AGREES * max(size, abs(slope)):
            raise ValueError(
                f"{name} along a direction is {told:.9g}, and the forward pass grows by {slope:.9g}"
            )
        found.append(Slope(name, direction, slope))
        if len(found) == COUNT:
            break
    return found


def _direction(shape, share, rng):
    """Return a random direction in which a share of the numbers moves, at least one."""
    direction = rng.standard_normal(shape)
    moves = rng.random(shape) < share
    if direction.size:
        moves.flat[rng.integers(direction.size)] = True
    return np.where(moves, direction, 0.0)


def _slope(along, start, scale, size):
    """Return the slope at 0 of a function of one number, or None if it has none there."""
    best, best_error = None, np.inf
    for step in [relative * one for one in dict.fromkeys((scale, 1.0)) for relative in STEPS]:
        far, near = _both(along, step), _both(along, step / 2)
        wide, narrow = (far[1] - far[0]) / (2 * step), (near[1] - near[0]) / step
        slope = (4 * narrow - wide) / 3  # without the error that grows with the step squared
        error = abs(slope - narrow) + ROUNDING * abs(start) / step
        bend = abs(far[1] - 2 * start + far[0]) / step
        bend_near = 2 * abs(near[1] - 2 * start + near[0]) / step
        if bend_near > KINK * bend + GOOD * max(size, abs(slope)):
            continue
        if error < best_error:
            best, best_error = slope, error
        if error <= GOOD * max(size, abs(slope)):
            break
    is_good = best is not None and best_error <= ENOUGH * max(size, abs(best))
    return float(best) if is_good else None


def _both(along, step):
    return along(-step), along(step)
