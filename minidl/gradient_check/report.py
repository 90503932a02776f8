"""A layer's own gradient compared with numerical ones, along directions rather than elements."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry import integer, real_array, require_shape
from minidl.gradient_check.perturbation import both_sides, require_steps, scalar, slope_along
from minidl.randomness import default_rng


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What :func:`check_gradient` found; true where the gradients agree.

    ``index`` is the element that disagrees most, or None where the gradients agree; ``analytic``
    and ``numeric`` are its two derivatives, or those along the worst direction.
    """

    agrees: bool
    index: tuple | None
    analytic: float
    numeric: float
    error: float

    def __bool__(self):
        return self.agrees

    def __str__(self):
        where = "along every direction tried" if self.agrees else f"at index {self.index}"
        verdict = "gradients agree" if self.agrees else "gradients differ"
        return (
            f"{verdict} {where}: analytic {self.analytic:.10g}, numeric {self.numeric:.10g}, "
            f"relative error {self.error:.2e}"
        )


def check_gradient(f, x, gradient, *, directions=4, h=1e-5, rtol=1e-6, atol=1e-8, rng=None):
    """Compare a gradient with differences of ``f`` along random directions.

    One direction moves every element at once, so a few calls of ``f`` test the whole gradient,
    whatever its size.  Only if a direction disagrees are single elements searched for the worst.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``; returns one number.
    x : ndarray of floats
        Point to differentiate at; perturbed in place and restored.  float64, or the rounding of
        ``f`` hides what is to be seen.
    gradient : ndarray, same shape as ``x``
        The analytic gradient to test.
    directions : int
        How many directions to try.
    h : float
        Half the length of a step along a direction of unit length.
    rtol, atol : float
        Derivatives agree if they differ by at most ``atol + rtol * (|analytic| + |numeric|)``.
    rng : numpy.random.Generator, optional
        Draws the directions; by default the same ones in every call.

    Returns
    -------
    GradientReport
        True if the gradients agree, else with the index, the analytic and the numeric value of
        the element that disagrees most.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> print(check_gradient(lambda x: np.sum(x**2), x, np.array([2.0, 4.0, 7.0])))
    gradients differ at index (2,): analytic 7, numeric 6, relative error 7.69e-02
    """
    require_steps("check_gradient", x, h)
    gradient = real_array("check_gradient", "gradient", gradient)
    require_shape("check_gradient", "gradient", gradient, x.shape, "that of x")
    directions = integer("check_gradient", "directions", directions, 1)
    rng = np.random.default_rng(0) if rng is None else default_rng(rng)
    f, worst = scalar(f), GradientReport(True, None, 0.0, 0.0, 0.0)
    for _ in range(directions if x.size else 0):
        direction = rng.standard_normal(x.shape)
        direction /= np.linalg.norm(direction)
        analytic = float(np.sum(gradient * direction))
        numeric = slope_along(f, x, direction, h)
        if not _close(analytic, numeric, rtol, atol):
            return _worst_element(f, x, gradient, h)
        error = _relative(analytic, numeric)
        if error >= worst.error:
            worst = GradientReport(True, None, analytic, numeric, error)
    return worst


def _worst_element(f, x, gradient, h):
    worst = None
    for index in np.ndindex(x.shape):
        above, below = both_sides(f, x, index, h)
        numeric = float((above - below) / (2 * h))
        analytic = float(gradient[index])
        gap = abs(analytic - numeric)
        if worst is None or not gap <= worst[0]:  # "not <=" lets NaN through
            error = _relative(analytic, numeric)
            worst = gap, GradientReport(False, index, analytic, numeric, error)
            if np.isnan(gap):
                break
    return worst[1]


def _close(analytic, numeric, rtol, atol):
    return abs(analytic - numeric) <= atol + rtol * (abs(analytic) + abs(numeric))


def _relative(analytic, numeric):
    return abs(analytic - numeric) / max(abs(analytic) + abs(numeric), 1e-8)
