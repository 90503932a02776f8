"""First values of weights, with PyTorch's names: written in place into what is passed.

Each function takes a Parameter, or an array of floats, and returns it.  Random numbers come from
the generator ``rng``, by default the one that ``minidl.manual_seed`` seeds.
"""

import math

from minidl.geometry import finite, not_negative, require_floats
from minidl.nn.module import Parameter
from minidl.randomness import default_rng
from minidl.spelling import near_miss

_GAINS = {
    **dict.fromkeys(("linear", "conv1d", "conv2d", "conv3d", "sigmoid"), 1.0),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), 1.0),
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}


def calculate_gain(nonlinearity, param=None):
    """Return the factor by which weights grow to make up for what a nonlinearity takes away.

    Parameters
    ----------
    nonlinearity : str
        "linear", "sigmoid" and the convolutions: 1; "tanh": 5 / 3; "relu": the root of 2;
        "leaky_relu": the root of ``2 / (1 + slope**2)``; "selu": 3 / 4.
    param : float, optional
        The slope of "leaky_relu", by default 0.01; the others have none.

    Raises
    ------
    TypeError, ValueError
        If the name is unknown, or the slope is no number.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else finite("calculate_gain", "param", param)
        return math.sqrt(2 / (1 + slope * slope))
    if not isinstance(nonlinearity, str) or nonlinearity not in _GAINS:
        known = ["leaky_relu", *_GAINS]
        raise ValueError(
            f"calculate_gain: nonlinearity {nonlinearity!r} is unknown"
            + (near_miss(str(nonlinearity), known) or f"; known are {', '.join(known)}")
        )
    return _GAINS[nonlinearity]


def uniform_(tensor, a=0.0, b=1.0, *, rng=None):
    """Draw from the uniform distribution from ``a`` to ``b``.

    Parameters
    ----------
    tensor : Parameter, or ndarray of floats
        Written to.
    a, b : float
        ``a`` may not exceed ``b``.
    rng : numpy.random.Generator, optional

    Returns
    -------
    tensor
        What was passed.
    """
    a, b = finite("uniform_", "a", a), finite("uniform_", "b", b)
    if a > b:
        raise ValueError(f"uniform_: a must not exceed b, got a {a!r} and b {b!r}")
    if b - a == math.inf:
        raise ValueError(f"uniform_: b - a must be finite, got a {a!r} and b {b!r}")
    array = _array("uniform_", tensor)
    array[...] = default_rng(rng).uniform(a, b, array.shape)
    return tensor


def normal_(tensor, mean=0.0, std=1.0, *, rng=None):
    """Draw from the normal distribution.

    Parameters
    ----------
    tensor : Parameter, or ndarray of floats
        Written to.
    mean, std : float
        Mean and standard deviation.
    rng : numpy.random.Generator, optional

    Returns
    -------
    tensor
        What was passed.
    """
    mean, std = finite("normal_", "mean", mean), not_negative("normal_", "std", std)
    array = _array("normal_", tensor)
    array[...] = default_rng(rng).normal(mean, std, array.shape)
    return tensor


def constant_(tensor, val):
    """Set every element of a Parameter, or of an array of floats, to ``val``; return it."""
    val = finite("constant_", "val", val)
    _array("constant_", tensor)[...] = val
    return tensor


def zeros_(tensor):
    """Set every element of a Parameter, or of an array of floats, to 0; return it."""
    return constant_(tensor, 0.0)


def ones_(tensor):
    """Set every element of a Parameter, or of an array of floats, to 1; return it."""
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor, gain=1.0, *, rng=None):
    """Draw from U(-bound, bound), ``bound = gain * sqrt(6 / (fan_in + fan_out))`` [1]_.

    The variance is a compromise between keeping that of the signal, forward, and that of the
    gradient, backward.

    Parameters
    ----------
    tensor : Parameter, or ndarray of floats
        Of two axes or more: (outputs, inputs, ...); written to.
    gain : float
        See :func:`calculate_gain`.
    rng : numpy.random.Generator, optional

    Returns
    -------
    tensor
        What was passed.

    References
    ----------
    .. [1] Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
       networks", AISTATS 2010
    """
    std = _xavier_std("xavier_uniform_", tensor, gain)
    return uniform_(tensor, -math.sqrt(3) * std, math.sqrt(3) * std, rng=rng)


def xavier_normal_(tensor, gain=1.0, *, rng=None):
    """Draw from the normal distribution of ``std = gain * sqrt(2 / (fan_in + fan_out))``.

    Parameters and what is returned are those of :func:`xavier_uniform_`.
    """
    return normal_(tensor, 0.0, _xavier_std("xavier_normal_", tensor, gain), rng=rng)


def kaiming_uniform_(tensor, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """Draw from U(-bound, bound), ``bound = gain * sqrt(3 / fan)`` [1]_.

    Parameters
    ----------
    tensor : Parameter, or ndarray of floats
        Of two axes or more: (outputs, inputs, ...); written to.
    a : float
        Slope of the leaky ReLU that follows.
    mode : {"fan_in", "fan_out"}
        Whether the size of the signal is kept, forward, or that of the gradient, backward.
    nonlinearity : str
        See :func:`calculate_gain`.
    rng : numpy.random.Generator, optional

    Returns
    -------
    tensor
        What was passed.

    References
    ----------
    .. [1] He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015,
       https://arxiv.org/abs/1502.01852
    """
    std = _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -math.sqrt(3) * std, math.sqrt(3) * std, rng=rng)


def kaiming_normal_(tensor, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """Draw from the normal distribution of ``std = gain / sqrt(fan)``.

    Parameters and what is returned are those of :func:`kaiming_uniform_`.
    """
    std = _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity)
    return normal_(tensor, 0.0, std, rng=rng)


def fans(op, tensor):
    """Return ``(fan_in, fan_out)``: how many products meet in an output, and come from an input.

    A weight is (outputs, inputs, ...), and all further axes are the window: a convolution's
    ``fan_in`` is C * HH * WW.  An axis of length 0 has a fan of 0, and the weight no elements.
    """
    shape = _array(op, tensor).shape
    if len(shape) < 2:
        raise ValueError(
            f"{op}: fan_in and fan_out need a weight (outputs, inputs, ...), got shape {shape}; "
            "for a bias take zeros_ or uniform_"
        )
    window = math.prod(shape[2:])
    return shape[1] * window, shape[0] * window


def _xavier_std(op, tensor, gain):
    gain = not_negative(op, "gain", gain)
    return gain * math.sqrt(2 / max(sum(fans(op, tensor)), 1))


def _kaiming_std(op, tensor, a, mode, nonlinearity):
    modes = ("fan_in", "fan_out")
    if mode not in modes:
        raise ValueError(
            f"{op}: mode must be 'fan_in' or 'fan_out', got {mode!r}" + near_miss(str(mode), modes)
        )
    fan = fans(op, tensor)[modes.index(mode)]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def _array(op, tensor):
    """Return the array to be written to."""
    array = tensor.data if isinstance(tensor, Parameter) else tensor
    require_floats(op, "tensor", array, "; pass a Parameter or an array")
    if not array.flags.writeable:
        raise ValueError(f"{op}: tensor is read-only, and this works in place; pass a copy")
    return array
