"""What TensorFlow's arguments may look like, and what the layers make of them.

Everything that a user can get wrong is refused here, in TensorFlow's names and axes, before a
layer sees it in other names and axes.
"""

import numpy as np

from minidl.geometry import integer, real_array, require_axes, window_grid
from minidl.spelling import near_miss

IMAGES, FILTERS = "(N, H, W, C)", "(HH, WW, C, F)"


def images(op, name, value, axes=IMAGES, channels=None):
    """Return ``value`` as an array with the axes of a batch, the channels last.

    ``channels``, where it is known how many there are, helps to say which axis is missing.
    """
    array = real_array(op, name, value)
    require_axes(op, name, array, axes, channels)
    return array


def channels_are_last(op, data_format, form="NHWC"):
    """Refuse any other layout than TensorFlow's default; None means that default."""
    if data_format not in (None, form):
        raise ValueError(
            f"{op}: data_format must be {form!r}, got {data_format!r}; "
            "for channels first take minidl.layers or minidl.nn"
        )


def filter_bank(op, value, axes=FILTERS):
    """Return ``value`` as an array of filters, the axes of the channels last."""
    array = real_array(op, "filters", value)
    require_axes(op, "filters", array, axes)
    return array


def steps(op, name, value, n_axes=2):
    """Return an int for each axis of the image, from one int, a list of them, or [1, h, w, 1]."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, (tuple, list)):
        return (integer(op, name, value, 1),) * n_axes
    numbers = tuple(integer(op, f"{name}[{k}]", step, 1) for k, step in enumerate(value))
    if len(numbers) == n_axes:
        return numbers
    form = "[1, h, w, 1]" if n_axes == 2 else "[1, w, 1]"
    if len(numbers) != n_axes + 2:
        short = "(h, w)" if n_axes == 2 else "(w,)"
        raise ValueError(f"{op}: {name} must be an int, {short} or {form}, got {value!r}")
    if numbers[0] != 1 or numbers[-1] != 1:
        raise ValueError(
            f"{op}: {name} must be 1 at the batch and at the channels, {form}, got {value!r}"
        )
    return numbers[1:-1]


def pads(op, padding, n_axes=2):
    """Return 'same', 'valid', or the pairs (before, after), one for each axis of the image."""
    hint = ""
    if isinstance(padding, np.ndarray):
        padding = padding.tolist()
    if isinstance(padding, str):
        if padding.upper() in ("SAME", "VALID"):
            return padding.lower()
        hint = near_miss(padding.upper(), ("SAME", "VALID"))
    elif isinstance(padding, (tuple, list)) and _lengths(padding) == [2] * (n_axes + 2):
        pairs = tuple(
            tuple(integer(op, f"padding[{k}][{end}]", pair[end], 0) for end in range(2))
            for k, pair in enumerate(padding)
        )
        if pairs[0] == pairs[-1] == (0, 0):
            return pairs[1:-1]
        hint = "; nothing is padded at the batch and at the channels"
    sides = "[top, bottom], [left, right]" if n_axes == 2 else "[left, right]"
    raise ValueError(
        f"{op}: padding must be 'SAME', 'VALID' or [[0, 0], {sides}, [0, 0]], got {padding!r}{hint}"
    )


def _lengths(pairs):
    return [len(pair) if isinstance(pair, (tuple, list)) else 0 for pair in pairs]


def conv_param(op, strides, padding, dilations, dilations_name="dilations"):
    """Return the arguments that every 2-D convolution has as the layers take them."""
    return {
        "stride": steps(op, "strides", strides),
        "pad": pads(op, padding),
        "dilation": steps(op, dilations_name, 1 if dilations is None else dilations),
    }


def groups(op, name, input_shape, filters_shape):
    """Return how many times the channels of one filter go into those of the image called ``name``.

    Filters must divide into as many groups.
    """
    n_channels, (*_, seen, n_filters) = input_shape[-1], filters_shape
    shapes = f"({name} {input_shape}, filters {filters_shape})"
    if n_channels % seen:
        raise ValueError(
            f"{op}: {name} has {n_channels} channels, no multiple of the {seen} that each filter "
            f"takes {shapes}; the last axes of filters must be C / groups and F"
        )
    n_groups = n_channels // seen
    if n_filters % n_groups:
        raise ValueError(
            f"{op}: {n_filters} filters of {seen} channels do not divide into {n_groups} groups "
            f"for {n_channels} channels {shapes}; groups must divide both channels and filters"
        )
    return n_groups


def settle(op, name, input_shape, filters_shape, param):
    """Return a convolution's ``conv_param`` and the shape (N, H', W', F) of its output.

    Groups are counted from the shapes, and padding is in cells.
    """
    n_groups = groups(op, name, input_shape, filters_shape)
    grid = window_grid(
        op, input_shape[1:3], filters_shape[:2], param["stride"], param["pad"], param["dilation"]
    )
    out_shape = input_shape[0], grid.out_h, grid.out_w, filters_shape[3]
    return {**grid.param, "groups": n_groups}, out_shape
