"""From TensorFlow's order of axes to PyTorch's, which is that of minidl's layers, and back."""

import math

import numpy as np

from minidl.geometry import real_array, require_axes, require_shape, shape_of


def channels_first(x):
    """View images (N, ..., C) as (N, C, ...)."""
    return np.moveaxis(x, -1, 1)


def channels_last(x):
    """Return images (N, C, ...) as (N, ..., C), C-contiguous."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1))


def filters_first(w):
    """View filters (..., C, F) as (F, C, ...)."""
    return np.moveaxis(w, (-1, -2), (0, 1))


def filters_last(w):
    """Return filters (F, C, ...) as (..., C, F), C-contiguous."""
    return np.ascontiguousarray(np.moveaxis(w, (0, 1), (-1, -2)))


def nhwc_to_nchw(x):
    """Return images (N, H, W, C) as a new array (N, C, H, W).

    Raises
    ------
    ValueError
        If ``x`` has not four axes.
    """
    return _reordered("nhwc_to_nchw", x, (0, 3, 1, 2))


def nchw_to_nhwc(x):
    """Return images (N, C, H, W) as a new array (N, H, W, C).

    Raises
    ------
    ValueError
        If ``x`` has not four axes.
    """
    return _reordered("nchw_to_nhwc", x, (0, 2, 3, 1))


def hwio_to_oihw(w):
    """Return filters (HH, WW, C, F) as a new array (F, C, HH, WW).

    Raises
    ------
    ValueError
        If ``w`` has not four axes.
    """
    return _reordered("hwio_to_oihw", w, (3, 2, 0, 1))


def oihw_to_hwio(w):
    """Return filters (F, C, HH, WW) as a new array (HH, WW, C, F).

    Raises
    ------
    ValueError
        If ``w`` has not four axes.
    """
    return _reordered("oihw_to_hwio", w, (2, 3, 1, 0))


def _reordered(op, value, order):
    given = op.split("_to_")[0].upper()
    name = "x" if given[0] == "N" else "w"
    array = real_array(op, name, value)
    require_axes(op, name, array, f"({', '.join(given)})")
    return np.array(array.transpose(order), order="C")


def flatten_hwc_to_chw(weights, shape):
    """Reorder the rows of a Dense kernel that follows a Flatten of NHWC images, for NCHW images.

    Flattening writes an image's numbers in the order of its axes, and each has its row of weights.

    Parameters
    ----------
    weights : array_like of shape (H * W * C, M)
        The layout of Keras and of :func:`~minidl.layers.affine_forward`; a ``nn.Linear`` holds
        the transpose.
    shape : tuple (H, W, C)
        Shape of one image before the Flatten, without the batch.

    Returns
    -------
    weights : ndarray of shape (C * H * W, M)
        A new array.

    Raises
    ------
    ValueError
        If ``weights`` has not two axes, or not a row for every number of an image.
    """
    height, width, channels = shape_of("flatten_hwc_to_chw", "shape", shape, "(H, W, C)")
    return _reordered_rows("flatten_hwc_to_chw", weights, (height, width, channels), (2, 0, 1))


def flatten_chw_to_hwc(weights, shape):
    """Reorder the rows of a Dense kernel that follows a Flatten of NCHW images, for NHWC images.

    Parameters
    ----------
    weights : array_like of shape (C * H * W, M)
    shape : tuple (H, W, C)
        As :func:`flatten_hwc_to_chw`, whose inverse this is, takes it.

    Returns
    -------
    weights : ndarray of shape (H * W * C, M)
        A new array.

    Raises
    ------
    ValueError
        If ``weights`` has not two axes, or not a row for every number of an image.
    """
    height, width, channels = shape_of("flatten_chw_to_hwc", "shape", shape, "(H, W, C)")
    return _reordered_rows("flatten_chw_to_hwc", weights, (channels, height, width), (1, 2, 0))


def _reordered_rows(op, weights, axes, order):
    weights = real_array(op, "weights", weights)
    n_rows = math.prod(axes)
    require_axes(op, "weights", weights, "(H * W * C, M)")
    n_outputs = weights.shape[1]
    require_shape(
        op, "weights", weights, (n_rows, n_outputs), "one row for each number of shape (H, W, C)"
    )
    cells = weights.reshape(*axes, n_outputs).transpose(*order, 3)
    return np.array(cells, order="C").reshape(n_rows, n_outputs)
