"""Update rules with CS231n's names, and optimizers with PyTorch's."""

import math
import numbers

import numpy as np

from minidl.geometry import real_array, require_floats, require_shape
from minidl.nn import Parameter


def sgd(w, dw, config=None):
    """Step against the gradient: ``w -= learning_rate * dw``, in place.

    Parameters
    ----------
    w : ndarray of floats
        Weights; written to.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-2).  Other keys, such as those of another rule, are ignored.

    Returns
    -------
    next_w : ndarray
        ``w`` itself.
    config : dict
        The same dict, with the defaults filled in.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats, or ``dw`` has another shape.
    """
    config = _filled("sgd", config, learning_rate=1e-2)
    dw = _gradient_for("sgd", w, dw)
    w -= config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    """Step with momentum: ``v = momentum * v - learning_rate * dw``, then ``w + v``.

    Parameters
    ----------
    w : ndarray of floats
        Weights; not written to.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``learning_rate`` (default 1e-2), ``momentum`` (default 0.9), and ``velocity``, which
        starts at zero and is kept here from call to call.

    Returns
    -------
    next_w : ndarray, in the dtype of ``w``
    config : dict
        The same dict, with the new velocity.

    Raises
    ------
    TypeError, ValueError
        If ``w`` is no array of floats, or ``dw`` or the velocity has another shape.
    """
    config = _filled("sgd_momentum", config, learning_rate=1e-2, momentum=0.9)
    dw = _gradient_for("sgd_momentum", w, dw)
    velocity = config.get("velocity")
    if velocity is None:
        velocity = np.zeros_like(w)
    require_shape("sgd_momentum", "velocity", velocity, w.shape, "that of w")
    velocity = config["momentum"] * velocity - config["learning_rate"] * dw
    config["velocity"] = velocity.astype(w.dtype, copy=False)
    return w + config["velocity"], config


class SGD:
    """Stochastic gradient descent, with PyTorch's arithmetic.

    With weight decay, ``g = grad + weight_decay * w``.  With momentum, ``v = momentum * v +
    (1 - dampening) * g``, where the first ``v`` is ``g`` itself, and ``g`` becomes ``v``, or
    ``g + momentum * v`` with ``nesterov``.  Then ``w -= lr * g``.  Note that CS231n's
    :func:`sgd_momentum` folds the learning rate into ``v``.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    lr : float
        Learning rate.
    momentum, dampening, weight_decay : float
    nesterov : bool
        Needs a momentum, and no dampening.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or there are no parameters.
    """

    def __init__(
        self, params, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
    ):
        self.params = _parameters("SGD", params)
        for name, value in [
            ("lr", lr),
            ("momentum", momentum),
            ("dampening", dampening),
            ("weight_decay", weight_decay),
        ]:
            _require_not_negative("SGD", name, value)
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError(
                f"SGD: nesterov needs a momentum above 0 and no dampening, "
                f"got momentum {momentum!r} and dampening {dampening!r}"
            )
        self.lr = lr
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self._velocity = [None] * len(self.params)

    def zero_grad(self):
        """Forget all gradients: the next backward pass starts from nothing."""
        for parameter in self.params:
            parameter.grad = None

    def step(self):
        """Move every parameter that has a gradient."""
        for k, parameter in enumerate(self.params):
            gradient = parameter.grad
            if gradient is None:
                continue
            why = "that of the parameter"
            require_shape("SGD", "grad", gradient, parameter.data.shape, why)
            if self.weight_decay:
                gradient = gradient + self.weight_decay * parameter.data
            if self.momentum:
                gradient = self._with_momentum(k, gradient)
            parameter.data -= self.lr * gradient

    def _with_momentum(self, k, gradient):
        if self._velocity[k] is None:
            self._velocity[k] = gradient.copy()
        else:
            self._velocity[k] *= self.momentum
            self._velocity[k] += (1 - self.dampening) * gradient
        if self.nesterov:
            return gradient + self.momentum * self._velocity[k]
        return self._velocity[k]

    def __repr__(self):
        return (
            f"SGD({len(self.params)} parameters, lr={self.lr}, momentum={self.momentum}, "
            f"dampening={self.dampening}, weight_decay={self.weight_decay}, "
            f"nesterov={self.nesterov})"
        )


def _filled(op, config, **defaults):
    """Return the caller's dict, or a new one, with the missing defaults set."""
    config = {} if config is None else config
    if not isinstance(config, dict):
        raise TypeError(f"{op}: config must be a dict, got {type(config).__name__}")
    for key, value in defaults.items():
        config.setdefault(key, value)
    return config


def _gradient_for(op, w, dw):
    """Return ``dw`` as an array of the shape of ``w``, which must be an array of floats."""
    require_floats(op, "w", w)
    dw = real_array(op, "dw", dw)
    require_shape(op, "dw", dw, w.shape, "that of w")
    return dw


def _require_not_negative(op, name, value):
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{op}: {name} must be a number, got {value!r}")
    try:
        fits = 0 <= float(value) < math.inf
    except OverflowError:
        fits = False
    if not fits:
        raise ValueError(f"{op}: {name} must be at least 0 and finite, got {value!r}")


def _parameters(op, params):
    if isinstance(params, Parameter):
        raise TypeError(f"{op}: params must be an iterable of Parameters; pass [parameter]")
    try:
        params = list(params)
    except TypeError:
        raise TypeError(
            f"{op}: params must be an iterable of Parameters, got {type(params).__name__}; "
            "pass net.parameters()"
        ) from None
    for parameter in params:
        if not isinstance(parameter, Parameter):
            raise TypeError(
                f"{op}: params must hold Parameters, got {type(parameter).__name__}; "
                "pass net.parameters()"
            )
    if not params:
        raise ValueError(f"{op}: there are no parameters to train")
    if len(set(map(id, params))) < len(params):
        raise ValueError(f"{op}: params holds the same Parameter twice")
    return params
