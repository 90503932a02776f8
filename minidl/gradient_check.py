"""Numerical gradients, and the comparison of a layer's own gradients with them.

The functions that CS231n names perturb ``x`` in place and restore it.  ``f`` is called with ``x``
but may ignore its argument: ``f = lambda _: model.loss(X, y)[0]`` works, with a parameter of the
model as ``x``.
"""

import random
from dataclasses import dataclass

import numpy as np

from minidl.geometry import integer, real_array, require_floats, require_shape
from minidl.randomness import default_rng


def rel_error(x, y):
    """Return ``max(|x - y| / max(1e-8, |x| + |y|))``, CS231n's measure of a difference."""
    x = real_array("rel_error", "x", x).astype(np.float64)
    y = real_array("rel_error", "y", y).astype(np.float64)
    if x.shape != y.shape:
        raise ValueError(f"rel_error: x has shape {x.shape} and y {y.shape}; they must be equal")
    if x.size == 0:
        return 0.0
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Return the numerical gradient of a function that returns one number.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``.
    x : ndarray of floats
        Point to differentiate at; perturbed in place, one element at a time, and restored.
    verbose : bool
        Print every element's index and derivative.
    h : float
        Half the distance between the two points of a central difference.

    Returns
    -------
    gradient : ndarray, same shape as ``x``
    """
    _require_steps("eval_numerical_gradient", x, h)
    f, gradient = _scalar(f), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = _both_sides(f, x, index, h)
        gradient[index] = (above - below) / (2 * h)
        if verbose:
            print(index, gradient[index])
    return gradient


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Return the numerical gradient of ``sum(f(x) * df)``, for a function that returns an array.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``; returns an array of the shape of ``df``.
    x : ndarray of floats
        Point to differentiate at; perturbed in place, one element at a time, and restored.
    df : ndarray of the shape of ``f(x)``, or a number
        Upstream gradient.
    h : float
        Half the distance between the two points of a central difference.

    Returns
    -------
    gradient : ndarray, same shape as ``x``
    """
    _require_steps("eval_numerical_gradient_array", x, h)
    df = real_array("eval_numerical_gradient_array", "df", df)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = _both_sides(f, x, index, h)
        if df.shape not in ((), above.shape):
            raise ValueError(
                f"eval_numerical_gradient_array: df has shape {df.shape}, "
                f"and f(x) has {above.shape}"
            )
        gradient[index] = np.sum((above - below) * df) / (2 * h)
    return gradient


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Print numerical and analytic derivative at elements drawn by the :mod:`random` module.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``; returns one number.
    x : ndarray of floats
        Point to differentiate at; perturbed in place and restored.
    analytic_grad : ndarray, same shape as ``x``
    num_checks : int
        How many elements to draw.
    h : float
        Half the distance between the two points of a central difference.
    """
    _require_steps("grad_check_sparse", x, h)
    analytic_grad = real_array("grad_check_sparse", "analytic_grad", analytic_grad)
    require_shape("grad_check_sparse", "analytic_grad", analytic_grad, x.shape, "that of x")
    f = _scalar(f)
    for _ in range(num_checks if x.size else 0):
        index = tuple(random.randrange(size) for size in x.shape)
        above, below = _both_sides(f, x, index, h)
        numerical = float((above - below) / (2 * h))
        analytic = float(analytic_grad[index])
        error = abs(numerical - analytic) / max(abs(numerical) + abs(analytic), 1e-300)
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {error:e}")


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
    _require_steps("check_gradient", x, h)
    gradient = real_array("check_gradient", "gradient", gradient)
    require_shape("check_gradient", "gradient", gradient, x.shape, "that of x")
    directions = integer("check_gradient", "directions", directions, 1)
    rng = np.random.default_rng(0) if rng is None else default_rng(rng)
    f, worst = _scalar(f), GradientReport(True, None, 0.0, 0.0, 0.0)
    for _ in range(directions if x.size else 0):
        direction = rng.standard_normal(x.shape)
        direction /= np.linalg.norm(direction)
        analytic = float(np.sum(gradient * direction))
        numeric = _slope_along(f, x, direction, h)
        if not _close(analytic, numeric, rtol, atol):
            return _worst_element(f, x, gradient, h)
        error = _relative(analytic, numeric)
        if error >= worst.error:
            worst = GradientReport(True, None, analytic, numeric, error)
    return worst


def _worst_element(f, x, gradient, h):
    worst = None
    for index in np.ndindex(x.shape):
        above, below = _both_sides(f, x, index, h)
        numeric = float((above - below) / (2 * h))
        analytic = float(gradient[index])
        gap = abs(analytic - numeric)
        if worst is None or not gap <= worst[0]:  # "not <=" lets NaN through
            error = _relative(analytic, numeric)
            worst = gap, GradientReport(False, index, analytic, numeric, error)
            if np.isnan(gap):
                break
    return worst[1]


def _slope_along(f, x, direction, h):
    kept = x.copy()
    try:
        x[...] = kept + h * direction
        above = _number(f(x))
        x[...] = kept - h * direction
        below = _number(f(x))
    finally:
        x[...] = kept
    return float((above - below) / (2 * h))


def _both_sides(f, x, index, h):
    """Return ``f`` with element ``index`` of ``x`` raised by h, and lowered by h."""
    kept = x[index]
    try:
        x[index] = kept + h
        if x[index] == kept and np.isfinite(kept):
            raise ValueError(
                f"a step of {h} from {kept} at index {index} vanishes in {x.dtype}; "
                "use float64, or a larger h"
            )
        above = _number(f(x))
        x[index] = kept - h
        below = _number(f(x))
    finally:
        x[index] = kept
    return above, below


def _scalar(f):
    """Return ``f``, made to refuse results of more than one number."""

    def checked(x):
        value = real_array("gradient check", "f(x)", f(x))
        require_shape("gradient check", "f(x)", value, (), "one number")
        return value

    return checked


def _number(value):
    """Return a copy of what ``f`` returned, which may be the same array again next time."""
    return np.array(real_array("gradient check", "f(x)", value), dtype=np.float64)


def _close(analytic, numeric, rtol, atol):
    return abs(analytic - numeric) <= atol + rtol * (abs(analytic) + abs(numeric))


def _relative(analytic, numeric):
    return abs(analytic - numeric) / max(abs(analytic) + abs(numeric), 1e-8)


def _require_steps(op, x, h):
    why = "; it is perturbed by a small step, which an integer cannot take"
    require_floats(op, "x", x, why)
    if not x.flags.writeable:
        raise ValueError(f"{op}: x is read-only, and it is perturbed in place; pass x.copy()")
    if not h > 0:
        raise ValueError(f"{op}: h must be above 0, got {h!r}")
