"""Gradients kept within bounds, and what a list of parameters must be."""

import math

import numpy as np

from minidl.geometry import flag, limit, norm_order, require_floats
from minidl.nn.module import Parameter


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scale all gradients down together, so that their common norm is at most ``max_norm``.

    Their direction stays.  The norm is that of all gradients as one long vector, and the factor is
    PyTorch's: ``min(1, max_norm / (norm + 1e-6))``.

    Parameters
    ----------
    parameters : iterable of Parameter, or one Parameter
        Those without a gradient are passed over.
    max_norm : float
        At least 0.  Infinity changes no gradient: the norm is only measured.
    norm_type : float
        Order of the norm, above 0; ``float("inf")`` or "inf" is the largest magnitude.
    error_if_nonfinite : bool
        Whether a norm that is NaN or infinite is an error.  If it is none, infinity turns finite
        gradients to 0 and infinite ones to NaN, and NaN turns all to NaN, as in PyTorch.

    Returns
    -------
    total_norm : float
        As it was before.

    Raises
    ------
    TypeError, ValueError
        If ``parameters`` holds anything else, or a number is out of its range.
    RuntimeError
        If the norm is not finite and that is an error; then no gradient was touched.
    """
    op = "clip_grad_norm_"
    error_if_nonfinite = flag(op, "error_if_nonfinite", error_if_nonfinite)
    gradients = _gradients_of(op, parameters)
    return _clip(op, gradients, max_norm, norm_type, error_if_nonfinite)


def clip_gradients(gradients, max_norm, norm_type=2.0):
    """Scale plain arrays as :func:`clip_grad_norm_` does, in place, and return their norm.

    For gradients that are in no Parameter, such as the dict that a CS231n model's ``loss`` returns.

    Parameters
    ----------
    gradients : list of ndarray, or dict with such values
        Arrays of floats; written to.
    max_norm, norm_type
        As for :func:`clip_grad_norm_`.

    Returns
    -------
    total_norm : float
        As it was before.

    Raises
    ------
    TypeError, ValueError
        If a gradient is no array of floats, cannot be written to, or comes twice.
    """
    if isinstance(gradients, dict):
        gradients = gradients.values()
    gradients = _writeable("clip_gradients", list(gradients))
    return _clip("clip_gradients", gradients, max_norm, norm_type, False)


def clip_grad_value_(parameters, clip_value):
    """Move every number of every gradient into ``-clip_value`` to ``clip_value``, in place.

    The direction of the gradient changes; NaN stays.

    Parameters
    ----------
    parameters : iterable of Parameter, or one Parameter
        Those without a gradient are passed over.
    clip_value : float
        At least 0; infinity changes nothing.

    Raises
    ------
    TypeError, ValueError
        If ``parameters`` holds anything else, or ``clip_value`` is negative.
    """
    clip_value = limit("clip_grad_value_", "clip_value", clip_value)
    for gradient in _gradients_of("clip_grad_value_", parameters):
        with np.errstate(over="ignore"):  # a large double may be no float
            np.clip(gradient, -clip_value, clip_value, out=gradient)


def parameter_list(op, parameters):
    """Return an iterable of Parameters as a list, in which each is but once.

    Raises
    ------
    TypeError
        If it is none, or holds anything else.
    ValueError
        If a Parameter comes twice: it would be moved twice.
    """
    if isinstance(parameters, Parameter):
        raise TypeError(f"{op}: params must be an iterable of Parameters; pass [parameter]")
    try:
        parameters = list(parameters)
    except TypeError:
        raise TypeError(
            f"{op}: params must be an iterable of Parameters, got {type(parameters).__name__}; "
            "pass net.parameters()"
        ) from None
    for parameter in parameters:
        if not isinstance(parameter, Parameter):
            groups = "; make an optimizer for each group" if isinstance(parameter, dict) else ""
            raise TypeError(
                f"{op}: params must hold Parameters, got {type(parameter).__name__}"
                + (groups or "; pass net.parameters()")
            )
    if len(set(map(id, parameters))) < len(parameters):
        raise ValueError(f"{op}: params holds the same Parameter twice")
    return parameters


def _gradients_of(op, parameters):
    """Return the gradients that there are, all of them fit to be written to."""
    if isinstance(parameters, Parameter):
        parameters = [parameters]
    return _writeable(op, [p.grad for p in parameter_list(op, parameters) if p.grad is not None])


def _writeable(op, gradients):
    for k, gradient in enumerate(gradients):
        require_floats(op, f"gradient {k}", gradient)
        if not gradient.flags.writeable:
            raise ValueError(f"{op}: gradient {k} is read-only; pass a copy")
    if len(set(map(id, gradients))) < len(gradients):
        raise ValueError(f"{op}: one array is the gradient of two parameters; copy it")
    return gradients


def _clip(op, gradients, max_norm, norm_type, error_if_nonfinite):
    max_norm = limit(op, "max_norm", max_norm)
    norm_type = norm_order(op, "norm_type", norm_type)
    total = _norm([_norm(gradient, norm_type) for gradient in gradients], norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"{op}: the norm of the gradients is {total}, and no factor can mend that; "
            "look for NaN and infinities in them, or take a smaller learning rate"
        )
    factor = max_norm / (total + 1e-6)
    if max_norm < math.inf and not factor >= 1:  # NaN is none, either
        with np.errstate(invalid="ignore"):  # infinity times 0
            for gradient in gradients:
                np.multiply(gradient, factor, out=gradient)
    return total


def _norm(values, order):
    """Return the norm of all numbers of an array as a float, whatever their size."""
    magnitudes = np.abs(values).ravel()
    magnitudes = magnitudes.astype(np.result_type(magnitudes, np.float32), copy=False)
    largest = float(np.max(magnitudes, initial=0.0))
    if order == math.inf or not 0 < largest < math.inf:
        return largest
    magnitudes /= largest
    powers = np.square(magnitudes) if order == 2 else magnitudes**order
    with np.errstate(over="ignore"):  # of an order near 0
        return largest * float(np.float64(np.sum(powers)) ** (1 / order))
