"""Many small images as one: CS231n's grids, to be shown by ``matplotlib.pyplot.imshow``.

Images have their channels last, (N, H, W, C), as matplotlib and CS231n's pictures do; filters
(F, C, HH, WW) go in as ``w.transpose(0, 2, 3, 1)``.  Grey images may lack the last axis.
"""

import math

import numpy as np

from minidl.geometry import finite, first_not_finite, float_arrays, integer, require_shape

__all__ = ["lay_out", "vis_grid", "vis_nn", "visualize_grid"]


def visualize_grid(Xs, ubound=255.0, padding=1):
    """Lay images out in a square grid, each stretched to the full range of brightness.

    Parameters
    ----------
    Xs : ndarray of shape (N, H, W, C), or (N, H, W) for grey images
    ubound : float
        Every image is scaled so that its darkest number is 0 and its brightest ``ubound``; where
        all numbers of an image are equal, it is 0.  (CS231n divides by zero there.)
    padding : int
        Pixels between images; they are 0, as are the places left over.

    Returns
    -------
    grid : ndarray of shape (A * H + (A - 1) * padding, A * W + (A - 1) * padding, C)
        ``A`` is the square root of ``N``, rounded up.  Without channels where ``Xs`` has none.

    Raises
    ------
    ValueError
        If ``Xs`` has another number of axes, holds no image, or a number that is not finite.
    """
    op = "visualize_grid"
    images, padding = _images(op, "Xs", Xs), integer(op, "padding", padding, 0)
    ubound = finite(op, "ubound", ubound)
    own = tuple(range(1, images.ndim))
    low, high = images.min(axis=own, keepdims=True), images.max(axis=own, keepdims=True)
    span = np.where(high > low, high - low, 1)
    side = _side(len(images))
    grid = lay_out(ubound * (images - low) / span, side, side, (padding, padding), background=0)
    return grid[: grid.shape[0] - padding, : grid.shape[1] - padding]


def vis_grid(Xs):
    """Lay images out in a square grid and scale all of it at once to [0, 1].

    Unlike :func:`visualize_grid`, it keeps a dark image darker than a bright one.

    Parameters
    ----------
    Xs : ndarray of shape (N, H, W, C), or (N, H, W) for grey images

    Returns
    -------
    grid : ndarray of shape (A * (H + 1), A * (W + 1), C)
        ``A`` is the square root of ``N``, rounded up.  One pixel below and right of every image,
        and the places left over, have the smallest number of all images, which becomes 0.

    Raises
    ------
    ValueError
        If ``Xs`` has another number of axes, holds no image, or a number that is not finite.
    """
    images = _images("vis_grid", "Xs", Xs)
    side = _side(len(images))
    return _to_unit(lay_out(images, side, side, (1, 1), background=images.min()))


def vis_nn(rows):
    """Lay out rows of images, such as a test image and its nearest neighbours in each.

    Parameters
    ----------
    rows : sequence of sequences of ndarray (H, W, C)
        As many images in every row, all of one shape.

    Returns
    -------
    grid : ndarray of shape (len(rows) * (H + 1), len(rows[0]) * (W + 1), C)
        Scaled to [0, 1] as a whole.  One pixel below and right of every image was 1 before that:
        white among images in [0, 1], and all but black among those in [0, 255], as in CS231n.

    Raises
    ------
    ValueError
        If rows or images differ in size, there is no image, or a number is not finite.
    """
    op = "vis_nn"
    try:
        rows = [list(row) for row in rows]
    except TypeError:
        raise TypeError(f"{op}: rows must be rows of images, got {type(rows).__name__}") from None
    lengths = [len(row) for row in rows]
    if len(set(lengths)) != 1 or not lengths[0]:
        raise ValueError(f"{op}: rows must hold equally many images, got {lengths}")
    images = [_images(op, "an image", [image]) for row in rows for image in row]
    for n, image in enumerate(images):
        where = f"rows[{n // lengths[0]}][{n % lengths[0]}]"
        require_shape(op, where, image[0], images[0][0].shape, "that of the first image")
    grid = lay_out(np.concatenate(images), len(lengths), lengths[0], (1, 1), background=1)
    return _to_unit(grid)


def _images(op, name, value):
    """Return images as floats, which must be finite."""
    _, (images,) = float_arrays(op, **{name: value})
    if images.ndim not in (3, 4) or not images.size:
        raise ValueError(
            f"{op}: {name} must be (N, H, W, C), or (N, H, W) if grey, with no empty axis, "
            f"got shape {images.shape}"
        )
    n = first_not_finite(images)
    if n is not None:
        raise ValueError(
            f"{op}: {name}{list(n)} is {images[n]}, which has no brightness; "
            "np.nan_to_num replaces such numbers"
        )
    return images


def _side(count):
    """Return the least side of a square grid with that many places."""
    return math.isqrt(count - 1) + 1


def lay_out(images, rows, columns, padding, background):
    """Lay images out in rows, with padding below and right of each; nothing is scaled or checked.

    Parameters
    ----------
    images : ndarray of shape (N, H, W, ...)
        At most ``rows * columns``.
    rows, columns : int
    padding : (int, int)
        Pixels below and right of every image.
    background : float
        What padding and places left over hold.

    Returns
    -------
    grid : ndarray of shape (rows * (H + below), columns * (W + right), ...)
    """
    height, width, *channels = images.shape[1:]
    down, right = height + padding[0], width + padding[1]
    places = np.full((rows * columns, down, right, *channels), background, images.dtype)
    places[: len(images), :height, :width] = images
    grid = places.reshape(rows, columns, *places.shape[1:]).swapaxes(1, 2)
    return grid.reshape(rows * down, columns * right, *channels)


def _to_unit(grid):
    low, high = grid.min(), grid.max()
    return (grid - low) / (high - low) if high > low else np.zeros_like(grid)
