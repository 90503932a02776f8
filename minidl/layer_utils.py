"""CS231n's sandwich layers: layers that nets use together, one after the other.

Each is a short composition of fast layers.  A backward pass undoes the same steps in reverse
order; where a composition opens a net, ``input_gradient=False`` spares it the gradient that nobody
asks for, and ``dx`` is None.

Notebooks import layers from here, too, so that every name of :mod:`minidl.layers` and
:mod:`minidl.fast_layers` is at hand in this module.
"""

from minidl.fast_layers import *  # noqa: F403 - handed on, see above
from minidl.fast_layers import (
    affine_backward_fast,
    affine_forward_fast,
    batchnorm_backward_fast,
    batchnorm_forward_fast,
    conv_backward_fast,
    conv_forward_fast,
    layernorm_backward_fast,
    layernorm_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
    relu_backward_fast,
    relu_forward_fast,
    spatial_batchnorm_backward_fast,
    spatial_batchnorm_forward_fast,
)
from minidl.geometry import unpack
from minidl.layers import *  # noqa: F403


def affine_relu_forward(x, w, b):
    """Run a fully connected layer, then ReLU.

    Parameters
    ----------
    x, w, b : ndarray
        As :func:`~minidl.layers.affine.affine_forward` takes them.

    Returns
    -------
    out : ndarray of shape (N, M)
    cache : tuple
        For :func:`affine_relu_backward`.
    """
    a, affine_cache = affine_forward_fast(x, w, b)
    out, relu_cache = relu_forward_fast(a)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache, input_gradient=True):
    """Backpropagate through ReLU and the fully connected layer before it.

    Returns
    -------
    dx, dw, db : ndarray
    """
    affine_cache, relu_cache = unpack("affine_relu_backward", cache, "affine_cache, relu_cache")
    da = relu_backward_fast(dout, relu_cache)
    return affine_backward_fast(da, affine_cache, input_gradient)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Run a fully connected layer, batch normalisation, then ReLU.

    Parameters
    ----------
    x, w, b : ndarray
        As :func:`~minidl.layers.affine.affine_forward` takes them.
    gamma, beta : ndarray of shape (M,)
    bn_param : dict
        As :func:`minidl.layers.batchnorm_forward` takes it, and writes running averages to it.

    Returns
    -------
    out : ndarray of shape (N, M)
    cache : tuple
        For :func:`affine_bn_relu_backward`.
    """
    a, affine_cache = affine_forward_fast(x, w, b)
    normal, bn_cache = batchnorm_forward_fast(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward_fast(normal)
    return out, (affine_cache, bn_cache, relu_cache)


def affine_bn_relu_backward(dout, cache, input_gradient=True):
    """Backpropagate through ReLU, batch normalisation and the fully connected layer.

    Returns
    -------
    dx, dw, db, dgamma, dbeta : ndarray
    """
    affine_cache, bn_cache, relu_cache = unpack(
        "affine_bn_relu_backward", cache, "affine_cache, bn_cache, relu_cache"
    )
    dnormal = relu_backward_fast(dout, relu_cache)
    da, dgamma, dbeta = batchnorm_backward_fast(dnormal, bn_cache)
    dx, dw, db = affine_backward_fast(da, affine_cache, input_gradient)
    return dx, dw, db, dgamma, dbeta


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Run a fully connected layer, layer normalisation, then ReLU.

    Parameters
    ----------
    x, w, b : ndarray
        As :func:`~minidl.layers.affine.affine_forward` takes them.
    gamma, beta : ndarray of shape (M,)
    ln_param : dict
        As :func:`minidl.layers.layernorm_forward` takes it.

    Returns
    -------
    out : ndarray of shape (N, M)
    cache : tuple
        For :func:`affine_ln_relu_backward`.
    """
    a, affine_cache = affine_forward_fast(x, w, b)
    normal, ln_cache = layernorm_forward_fast(a, gamma, beta, ln_param)
    out, relu_cache = relu_forward_fast(normal)
    return out, (affine_cache, ln_cache, relu_cache)


def affine_ln_relu_backward(dout, cache, input_gradient=True):
    """Backpropagate through ReLU, layer normalisation and the fully connected layer.

    Returns
    -------
    dx, dw, db, dgamma, dbeta : ndarray
    """
    affine_cache, ln_cache, relu_cache = unpack(
        "affine_ln_relu_backward", cache, "affine_cache, ln_cache, relu_cache"
    )
    dnormal = relu_backward_fast(dout, relu_cache)
    da, dgamma, dbeta = layernorm_backward_fast(dnormal, ln_cache)
    dx, dw, db = affine_backward_fast(da, affine_cache, input_gradient)
    return dx, dw, db, dgamma, dbeta


def conv_relu_forward(x, w, b, conv_param):
    """Run a convolution, then ReLU.

    Parameters
    ----------
    x, w, b : ndarray
    conv_param : dict
        All as :func:`~minidl.layers.conv.conv_forward_naive` takes them.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
    cache : tuple
        For :func:`conv_relu_backward`.
    """
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward_fast(a)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache, input_gradient=True):
    """Backpropagate through ReLU and the convolution before it.

    Returns
    -------
    dx, dw, db : ndarray
    """
    conv_cache, relu_cache = unpack("conv_relu_backward", cache, "conv_cache, relu_cache")
    da = relu_backward_fast(dout, relu_cache)
    return conv_backward_fast(da, conv_cache, input_gradient)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Run a convolution, spatial batch normalisation, then ReLU.

    Parameters
    ----------
    x, w, b : ndarray
        As :func:`~minidl.layers.conv.conv_forward_naive` takes them, with ``conv_param``.
    gamma, beta : ndarray of shape (F,)
    conv_param : dict
    bn_param : dict
        As :func:`minidl.layers.spatial_batchnorm_forward` takes it, and writes running averages
        to it.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
    cache : tuple
        For :func:`conv_bn_relu_backward`.
    """
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normal, bn_cache = spatial_batchnorm_forward_fast(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward_fast(normal)
    return out, (conv_cache, bn_cache, relu_cache)


def conv_bn_relu_backward(dout, cache, input_gradient=True):
    """Backpropagate through ReLU, spatial batch normalisation and the convolution.

    Returns
    -------
    dx, dw, db, dgamma, dbeta : ndarray
    """
    conv_cache, bn_cache, relu_cache = unpack(
        "conv_bn_relu_backward", cache, "conv_cache, bn_cache, relu_cache"
    )
    dnormal = relu_backward_fast(dout, relu_cache)
    da, dgamma, dbeta = spatial_batchnorm_backward_fast(dnormal, bn_cache)
    dx, dw, db = conv_backward_fast(da, conv_cache, input_gradient)
    return dx, dw, db, dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """Run a convolution, ReLU, then max pooling.

    Parameters
    ----------
    x, w, b : ndarray
        As :func:`~minidl.layers.conv.conv_forward_naive` takes them, with ``conv_param``.
    conv_param : dict
    pool_param : dict
        As :func:`~minidl.layers.pool.max_pool_forward_naive` takes it.

    Returns
    -------
    out : ndarray of shape (N, F, H', W')
    cache : tuple
        For :func:`conv_relu_pool_backward`.
    """
    a, conv_cache = conv_forward_fast(x, w, b, conv_param)
    positive, relu_cache = relu_forward_fast(a)
    out, pool_cache = max_pool_forward_fast(positive, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


def conv_relu_pool_backward(dout, cache, input_gradient=True):
    """Backpropagate through max pooling, ReLU and the convolution.

    Returns
    -------
    dx, dw, db : ndarray
    """
    conv_cache, relu_cache, pool_cache = unpack(
        "conv_relu_pool_backward", cache, "conv_cache, relu_cache, pool_cache"
    )
    dpositive = max_pool_backward_fast(dout, pool_cache)
    da = relu_backward_fast(dpositive, relu_cache)
    return conv_backward_fast(da, conv_cache, input_gradient)
