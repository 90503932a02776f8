"""Numerical gradients under CS231n's names.

``x`` is perturbed in place and restored.  ``f`` is called with ``x`` but may ignore its argument:
``f = lambda _: model.loss(X, y)[0]`` works, with a parameter of the model as ``x``.
"""

import random

import numpy as np

from minidl.geometry import real_array, require_shape
from minidl.gradient_check.perturbation import both_sides, require_steps, scalar


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
    require_steps("eval_numerical_gradient", x, h)
    f, gradient = scalar(f), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = both_sides(f, x, index, h)
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
    require_steps("eval_numerical_gradient_array", x, h)
    df = real_array("eval_numerical_gradient_array", "df", df)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = both_sides(f, x, index, h)
        if df.shape not in ((), above.shape):
            raise ValueError(
                f"eval_numerical_gradient_array: df has shape {df.shape}, "
                f"and f(x) has {above.shape}"
            )
        gradient[index] = np.sum((above - below) * df) / (2 * h)
    return gradient


def eval_numerical_gradient_blobs(f, inputs, output, h=1e-5):
    """Return the numerical gradients of a function that writes into its last argument.

    A blob is any object with the arrays ``vals`` and ``diffs``: values, and the gradient of the
    loss with respect to them.

    Parameters
    ----------
    f : callable
        Called as ``f(*inputs, output)``; reads ``inputs[k].vals`` and writes ``output.vals``.
    inputs : sequence of blobs
        Their ``vals`` are perturbed in place, one element at a time, and restored.
    output : blob
        Its ``diffs`` are the upstream gradient.
    h : float
        Half the distance between the two points of a central difference.

    Returns
    -------
    gradients : list of ndarray
        One for each input, of the shape of its ``vals``.
    """
    inputs = tuple(inputs)

    def values(_):
        f(*inputs, output)
        return output.vals

    return [eval_numerical_gradient_array(values, blob.vals, output.diffs, h) for blob in inputs]


def eval_numerical_gradient_net(net, inputs, output, h=1e-5):
    """Return the numerical gradients of a net whose ``forward()`` works on its own blobs.

    Arguments and result are those of :func:`eval_numerical_gradient_blobs`.
    """
    return eval_numerical_gradient_blobs(lambda *_: net.forward(), inputs, output, h)


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
    require_steps("grad_check_sparse", x, h)
    analytic_grad = real_array("grad_check_sparse", "analytic_grad", analytic_grad)
    require_shape("grad_check_sparse", "analytic_grad", analytic_grad, x.shape, "that of x")
    f = scalar(f)
    for _ in range(num_checks if x.size else 0):
        index = tuple(random.randrange(size) for size in x.shape)
        above, below = both_sides(f, x, index, h)
        numerical = float((above - below) / (2 * h))
        analytic = float(analytic_grad[index])
        error = abs(numerical - analytic) / max(abs(numerical) + abs(analytic), 1e-300)
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {error:e}")
