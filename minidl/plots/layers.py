"""What a net has learned to look for, and what it sees: filters and feature maps."""

import numpy as np

from minidl.geometry import integer, real_array
from minidl.nn import Module
from minidl.plots import style
from minidl.plots.tiles import Tiles

MOST = 64  # tiles in a picture, unless more are asked for


def filters(weights, *, most=MOST, ax=None):
    """Draw the filters of a convolution, side by side.

    Of one channel, a filter is drawn in blue where it is above 0, and in orange where it is below;
    all share one scale.  Of three channels, each is a picture in colours, stretched to the full
    range by itself.

    Parameters
    ----------
    weights : Module or array_like of shape (F, C, HH, WW)
        Of a net, the first weight with four axes is drawn.
    most : int
        How many filters to draw at most.
    ax : matplotlib Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    TypeError, ValueError
        If there are no such weights, they have neither 1 nor 3 channels, or are not finite.
    """
    op = "plots.filters"
    name, weights = _first_filters(op, weights)
    most = integer(op, "most", most, 1)
    weights = _finite(op, "weights", weights, 4, "(F, C, HH, WW)")
    n_filters, n_channels, height, width = weights.shape
    if n_channels not in (1, 3):
        raise ValueError(
            f"{op}: weights of {n_channels} channels have no colours, only those of 1 and 3 have; "
            "pass one channel: weights[:, :1]"
        )
    title = f"{name}{_of(min(most, n_filters), n_filters, 'filter')} of {height} x {width}"
    shown = weights[:most]
    if n_channels == 1:
        return _signed(op, ax, shown[:, 0], title, "weight")
    low, high = (edge(shown, axis=(1, 2, 3), keepdims=True) for edge in (np.min, np.max))
    pictures = (shown - low) / np.where(high > low, high - low, 1)
    tiles = Tiles(pictures.transpose(0, 2, 3, 1))
    ax = style.axes(op, ax, *tiles.inches)
    tiles.draw(ax)
    style.bare(ax)
    style.head(ax, title)
    return ax


def feature_maps(maps, *, n=0, most=MOST, title=None, ax=None):
    """Draw what the filters of a layer answered to one image, a map for each filter.

    ``plots.feature_maps(nn.activations(net, x)["conv1"])`` draws them.  All share one scale: blue
    above 0, orange below.

    Parameters
    ----------
    maps : array_like of shape (N, C, H, W) or (C, H, W)
    n : int
        Which image of the batch.
    most : int
        How many maps to draw at most.
    title : str, optional
        By default how many maps there are.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    TypeError, ValueError
        If ``maps`` has other axes, ``n`` is no image of it, or a number is not finite.
    """
    op = "plots.feature_maps"
    most = integer(op, "most", most, 1)
    if isinstance(maps, dict):
        raise TypeError(
            f"{op}: maps must be one result of nn.activations, got all; "
            f"pass maps[name] of one of {', '.join(name for name in maps if name)}"
        )
    maps = real_array(op, "maps", maps)
    if maps.ndim == 4:
        maps = maps[integer(op, "n, the image,", n, 0, max(len(maps) - 1, 0)) :][:1].reshape(
            -1, *maps.shape[2:]
        )
    maps = _finite(op, "maps", maps, 3, "(N, C, H, W) or (C, H, W)")
    n_maps, height, width = maps.shape
    title = title or f"{_of(min(most, n_maps), n_maps, 'map')} of {height} x {width}"
    return _signed(op, ax, maps[:most], title, "activation")


def _first_filters(op, weights):
    """Return name and values of a net's first filters; what is no net is returned as it is."""
    if not isinstance(weights, Module):
        return "", weights
    for name, parameter in weights.named_parameters():
        if parameter.data.ndim == 4:
            return f"{name}: ", parameter.data
    raise ValueError(f"{op}: the net, {type(weights).__name__}, has no weight with four axes")


def _finite(op, name, value, n_axes, axes):
    array = real_array(op, name, value).astype(np.float64)
    if array.ndim != n_axes or not array.size:
        raise ValueError(
            f"{op}: {name} must be {axes} with no empty axis, got shape {np.shape(value)}"
        )
    drawn = style.drawable(array)
    if not drawn.all():
        index = tuple(np.argwhere(~drawn)[0].tolist())
        raise ValueError(f"{op}: {name}{list(index)} is {array[index]}, which has no colour")
    return array


def _signed(op, ax, images, title, label):
    """Draw images on one scale, on which 0 is paper."""
    tiles = Tiles(images)
    ax = style.axes(op, ax, *tiles.inches)
    colours, low, high = style.signed_colours(op, images.min(), images.max())
    image = tiles.draw(ax, cmap=colours, vmin=low, vmax=high)
    tiles.frame(op, ax)
    style.colour_bar(ax, image, label)
    style.bare(ax)
    style.head(ax, title)
    return ax


def _of(shown, there, noun):
    count = f"{there}" if shown == there else f"{shown} of {there}"
    return f"{count} {noun}{'s' * (there > 1)}"
