"""Dropout, written to be read: the loops are the definition.

The fast twin is :mod:`minidl.fast_layers.dropout`; both are listed in :mod:`minidl.twins`.
"""

import numpy as np

from minidl.geometry import dropout_backward_geometry, dropout_geometry
from minidl.randomness import uniform


def dropout_forward(x, dropout_param):
    """In training, keep every number with probability ``p`` and put zero in the place of others.

    ``out = x * mask``, where the mask is ``1 / p`` with probability p, and else 0.

    Dividing by p keeps the mean of what comes out, so that testing, which drops nothing, needs no
    correction; this is called inverted dropout.

    Parameters
    ----------
    x : ndarray of any shape
    dropout_param : dict
        ``'mode'``, 'train' or 'test', and ``'p'``, the probability to **keep** a number, are
        required.  Where the random numbers come from: with ``'seed'``, from NumPy's global state,
        which ``np.random.seed`` sets to it at **every** call, so that the mask stays the same (a
        numerical gradient needs that); with ``'rng'``, from this numpy.random.Generator; else from
        NumPy's global state as it is.

    Returns
    -------
    out : ndarray, same shape as ``x``, in its dtype
    cache : tuple
        ``(dropout_param, mask)``, for :func:`dropout_backward`; the mask is None in test mode.

    Raises
    ------
    ValueError
        If the mode is missing or another word, a key is unknown, or ``p`` is not from 0 to 1.
    TypeError
        If ``x`` does not hold real numbers.

    Notes
    -----
    PyTorch's ``p`` is the probability to drop, and so was CS231n's until 2017; see
    :class:`minidl.nn.Dropout`.  ``'rng'`` is minidl's own addition to CS231n's keys.

    References
    ----------
    .. [1] N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
       Overfitting", Journal of Machine Learning Research 15, 2014
    """
    g = dropout_geometry("dropout_forward", x, dropout_param)
    if not g.training:
        return np.array(g.x, order="C"), (dropout_param, None)
    numbers = uniform(g.x.shape, g.seed, g.rng)
    mask, out = np.empty(g.x.shape, dtype=g.dtype), np.empty(g.x.shape, dtype=g.dtype)
    for cell in np.ndindex(g.x.shape):
        mask[cell] = 1 / g.p if numbers[cell] < g.p else 0
        out[cell] = g.x[cell] * mask[cell]
    return out, (dropout_param, mask)


def dropout_backward(dout, cache):
    """Pass the upstream gradient where a number was kept, divided by ``p`` as the number was.

    Parameters
    ----------
    dout : ndarray, same shape as the input of :func:`dropout_forward`
    cache : tuple
        ``(dropout_param, mask)`` from :func:`dropout_forward` or its twin.

    Returns
    -------
    dx : ndarray, same shape as ``dout``

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the mask.
    """
    dtype, dout, mask = dropout_backward_geometry("dropout_backward", dout, cache)
    if mask is None:
        return np.array(dout, order="C")
    dx = np.empty(dout.shape, dtype=dtype)
    for cell in np.ndindex(dout.shape):
        dx[cell] = dout[cell] * mask[cell]
    return dx
