"""1-D convolution: a convolution of images that are one row high.

The fast twin is :mod:`minidl.fast_layers.conv1d`; both are listed in :mod:`minidl.twins`.
"""

from minidl.geometry import conv1d_backward_geometry, conv1d_geometry
from minidl.layers.conv import conv_backward_naive, conv_forward_naive


def conv1d_forward_naive(x, w, b, conv_param):
    """Cross-correlate a batch of sequences with a bank of filters.

    ``out[n, f, j] = b[f] + sum(w[f] * window(n, j))``

    Parameters
    ----------
    x : ndarray of shape (N, C, L)
        Input sequences.
    w : ndarray of shape (F, C / groups, K)
        Filters; filter ``f`` spans every channel (of its group, if there are groups).
    b : ndarray of shape (F,) or None
        Biases, one for each filter.
    conv_param : dict
        ``'stride'``, and if wanted ``'dilation'``: an int.  ``'pad'``: an int, (left, right),
        'valid' for none, or 'same' for ``ceil(L / stride)`` numbers of output.  ``'groups'``, if
        wanted: filters see only the channels of their own group.

    Returns
    -------
    out : ndarray of shape (N, F, L')
        ``L' = 1 + (L + left + right - dilation * (K - 1) - 1) // stride``.
    cache : tuple
        ``(x, w, b, conv_param)``, for :func:`conv1d_backward_naive`.

    Raises
    ------
    ValueError
        If the filter does not fit the padded sequence, whose length errors call its width, or the
        channels differ.
    TypeError
        If an argument does not hold real numbers.
    """
    g = conv1d_geometry("conv1d_forward", x, w, b, conv_param)
    out, _ = conv_forward_naive(g.x, g.w, g.b, g.conv_param)
    return out[:, :, 0], (x, w, b, conv_param)


def conv1d_backward_naive(dout, cache, input_gradient=True):
    """Backpropagate through a 1-D convolution.

    Parameters
    ----------
    dout : ndarray of shape (N, F, L')
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b, conv_param)`` from :func:`conv1d_forward_naive` or its twin.
    input_gradient : bool
        If False, ``dx`` is None.

    Returns
    -------
    dx : ndarray of shape (N, C, L), or None
    dw : ndarray of shape (F, C / groups, K)
    db : ndarray of shape (F,), or None where the layer had no bias

    Raises
    ------
    ValueError
        If ``dout`` does not have the shape of the output.
    """
    g = conv1d_backward_geometry("conv1d_backward", dout, cache)
    image_cache = g.x, g.w, g.b, g.conv_param
    dx, dw, db = conv_backward_naive(g.dout, image_cache, input_gradient)
    return None if dx is None else dx[:, :, 0], dw[:, :, 0], db
