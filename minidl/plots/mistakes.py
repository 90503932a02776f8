"""Where a classifier errs: which classes it takes for which, and which images it misreads."""

import numpy as np

from minidl.extras import optional
from minidl.geometry import first_not_finite, integer, real_array
from minidl.plots import style
from minidl.plots.answers import MOST_CLASSES, answers, class_names
from minidl.plots.tiles import LETTER, Tiles

ARROW = "\N{RIGHTWARDS ARROW}"
LEGIBLE = 30  # classes, up to which there is room for their counts
LONGEST = 30  # letters of a name, beside the square
FEW = 5  # mistakes in a cell, the most of which still look harmless


def confusion(labels, predictions, *, names=None, ax=None):
    """Draw how many images of each class were taken for which.

    What was read right, in the diagonal, is grey, so that the mistakes are seen: the more of them
    in a cell, the deeper its orange.

    Parameters
    ----------
    labels : array_like of N integers, from 0
        What is true.
    predictions : array_like of N integers, or of shape (N, C)
        What was read; or class scores, of which the largest counts.
    names : sequence of str, optional
        Of the classes; by default their numbers.
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
        If labels and predictions do not go together, or one is no class.
    """
    op = "plots.confusion"
    names = class_names(op, names)
    read = answers(op, labels, predictions, None if names is None else len(names))
    n_classes = read.n_classes
    if n_classes > MOST_CLASSES:
        raise ValueError(
            f"{op}: there are {n_classes} classes, and at most {MOST_CLASSES} are drawn; "
            "pass those that matter, numbered from 0"
        )
    names = names or list(map(str, range(n_classes)))
    pairs = read.labels * n_classes + read.predictions
    counts = np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)
    ticks = [name[:LONGEST] for name in names] if n_classes <= LEGIBLE else []
    longest = max(map(len, ticks), default=0)
    side = min(0.42 * n_classes, 9) + 1.2 + LETTER * max(longest - 4, 0)
    ax = style.axes(op, ax, side, side)
    mistakes = np.where(np.eye(n_classes, dtype=bool), 0, counts)
    ax.imshow(_colours(op, mistakes), interpolation="nearest")
    if ticks:
        _write_counts(ax, counts, mistakes)
        ax.set_xticks(range(n_classes), ticks, rotation=0 if longest < 4 else 90, **style.LITERAL)
        ax.set_yticks(range(n_classes), ticks, **style.LITERAL)
    style.dress(ax, "read as", "true class")
    style.head(ax, *_verdict(read, mistakes, names))
    edges = np.arange(n_classes + 1) - 0.5
    ax.grid(visible=False)
    ax.hlines(edges, edges[0], edges[-1], style.FAINT, linewidth=0.5)
    ax.vlines(edges, edges[0], edges[-1], style.FAINT, linewidth=0.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def misread(images, labels, predictions, *, most=24, names=None, ax=None):
    """Draw images that were misread, each with its true class and what it was taken for.

    With class scores the surest mistakes come first, each with its probability.

    Parameters
    ----------
    images : array_like of shape (N, H, W), (N, 1, H, W) or (N, 3, H, W)
        Grey images with 1 for ink are drawn as ink on paper.
    labels : array_like of N integers, from 0
    predictions : array_like of N integers, or of shape (N, C)
        Class scores are turned into probabilities by softmax, unless they are probabilities.
    most : int
        How many images to draw at most.
    names : sequence of str, optional
        Of the classes; by default their numbers.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    TypeError, ValueError
        If images, labels and predictions do not go together.
    """
    op = "plots.misread"
    most = integer(op, "most", most, 1)
    names = class_names(op, names)
    read = answers(op, labels, predictions, None if names is None else len(names))
    images, wrong = _pictures(op, images, len(read.labels)), read.wrong
    names = names or list(map(str, range(read.n_classes)))
    shown = wrong[:most]
    if not len(wrong):
        ax = style.axes(op, ax, 4.5, 1.6)
        style.bare(ax)
        style.say(ax, f"none of {len(images):,} images was misread")
        return ax
    tiles = Tiles(_to_unit(images[shown]), [_caption(read, names, n) for n in shown])
    ax = style.axes(op, ax, *tiles.inches)
    tiles.draw(ax, cmap=style.paper_colours(op), vmin=0, vmax=1)
    which = "first" if read.confidence is None else "surest"
    these = f", the {which} {len(shown)}" if len(shown) < len(wrong) else ""
    style.bare(ax)
    style.head(ax, f"{len(wrong):,} of {len(images):,} misread{these} (true {ARROW} read as)")
    return ax


def _caption(read, names, n):
    """Return true class, prediction and confidence of an image in words.

    The share is rounded down, so that nobody is shown as surer than it is.
    """
    words = f"{names[read.labels[n]]} {ARROW} {names[read.predictions[n]]}"
    if read.confidence is None:
        return words
    return f"{words}  {np.floor(100 * read.confidence[n] + 1e-6):.0f} %"


def _colours(op, mistakes):
    """Return the colour of every cell: grey in the diagonal, orange by the number of mistakes."""
    scale = style.error_colours(op)
    cells = scale(mistakes / max(mistakes.max(), FEW))
    np.einsum("iic->ic", cells)[...] = optional(op, "plot", "matplotlib.colors").to_rgba(
        style.FAINT
    )
    return cells


def _write_counts(ax, counts, mistakes):
    most = max(mistakes.max(), FEW)
    for (i, j), count in np.ndenumerate(counts):
        if not count:
            continue
        deep = mistakes[i, j] > 0.8 * most
        colour = style.PAPER if deep else style.INK
        ax.text(j, i, f"{count}", fontsize=style.SMALL, color=colour, ha="center", va="center")


def _verdict(read, mistakes, names):
    """Return the title: how many were right; and the mistake that was made most often."""
    count, n_images = len(read.wrong), len(read.labels)
    right = f"{(n_images - count) / n_images:.1%} of {n_images:,} read right".replace("%", " %")
    if not count:
        return (right,)
    i, j = np.unravel_index(mistakes.argmax(), mistakes.shape)
    times = "once" if mistakes[i, j] == 1 else f"{mistakes[i, j]:,} times"
    return right, f"most often wrong: {names[i]} read as {names[j]}, {times}"


def _pictures(op, images, n_images):
    """Return images with their channels last, grey ones without any."""
    images = real_array(op, "images", images)
    channels = images.shape[1] if images.ndim == 4 else 1
    if images.ndim not in (3, 4) or channels not in (1, 3) or not images[:1].size:
        raise ValueError(
            f"{op}: images must be (N, H, W), (N, 1, H, W) or (N, 3, H, W), "
            f"got shape {images.shape}"
        )
    if len(images) != n_images:
        raise ValueError(f"{op}: there are {len(images)} images and {n_images} predictions")
    if images.ndim == 3:
        return images
    return images[:, 0] if channels == 1 else images.transpose(0, 2, 3, 1)


def _to_unit(images):
    """Return images from 0 to 1: bytes are divided by 255, others stretched if they go beyond."""
    if images.dtype == np.uint8:
        return images / 255
    index = first_not_finite(images)
    if index is not None:
        images = np.nan_to_num(images, posinf=0, neginf=0)
    low, high = float(images.min()), float(images.max())
    if low >= 0 and high <= 1:
        return images.astype(np.float64)
    return (images - low) / (high - low or 1)
