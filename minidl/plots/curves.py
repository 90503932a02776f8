"""How training went: the loss and the accuracy, step by step."""

from dataclasses import replace

import numpy as np

from minidl.geometry import flag
from minidl.plots import style
from minidl.plots.histories import ACCURACIES, LOSSES, lines_of

MANY = 100  # points, from which a line is drawn through their means


def loss(history, *, log=False, ax=None):
    """Draw the loss against iterations or epochs.

    Of many iterations the single losses are drawn pale, and over them their mean around each.
    Losses that are NaN or infinite are left out, and the first of them is marked.

    Parameters
    ----------
    history : Solver, History, dict, list or path-like
        A Solver; its ``history``; a list of losses, such as ``loss_history``; a dict of such lists,
        one for each line; rows, a list of dicts with a column such as ``train_loss``, and with
        ``epoch`` or ``iteration``; or the name of a ``.csv`` file of such rows.
    log : bool
        Whether losses are spaced by their logarithms.
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
        If ``history`` is none, or is empty.
    """
    op = "plots.loss"
    log = flag(op, "log", log)
    lines, x = lines_of(op, history, LOSSES, ("iteration", 1))
    ax = style.axes(op, ax)
    values = np.concatenate([line.y[style.drawable(line.y)] for line in lines])
    if log and values.size and values.min() <= 0:
        raise ValueError(f"{op}: a loss is {values.min():g}, which has no logarithm; use log=False")
    for k, line in enumerate(lines):
        _draw(ax, line, k, "{:.3g}".format)
    if log:
        ax.set_yscale("log")
    elif values.size and values.min() >= 0:
        ax.set_ylim(bottom=0)
    return _finish(ax, x, "loss")


def accuracy(history, *, ax=None):
    """Draw the accuracy on training and other data against epochs or iterations.

    Parameters
    ----------
    history : Solver, History, dict, list or path-like
        As for :func:`loss`, with ``train_acc_history`` and ``val_acc_history``, or columns such as
        ``test_accuracy``.  Shares from 0 to 1 are shown in per cent.  A metric of another kind is
        drawn as it is.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    TypeError, ValueError
        If ``history`` is none, or is empty.
    """
    op = "plots.accuracy"
    lines, x = lines_of(op, history, ACCURACIES, ("epoch", 0))
    ax = style.axes(op, ax)
    metric = getattr(getattr(history, "metric", None), "name", "acc")
    finite = np.concatenate([line.y[style.drawable(line.y)] for line in lines])
    share = metric == "acc" and np.all((finite >= 0) & (finite <= 1))
    for k, line in enumerate(lines):
        if share:
            _draw(ax, replace(line, y=100 * line.y), k, "{:.1f} %".format)
        else:
            _draw(ax, line, k, "{:.4g}".format)
    if share:
        ax.set_ylim(top=min(ax.get_ylim()[1], 100.5))
    name = "accuracy in per cent" if share else metric.replace("acc", "metric")
    return _finish(ax, x, name)


def _draw(ax, line, k, shown):
    """Draw one line; where it is long, its means over its points.

    ``shown`` makes text of its last number, for the legend.
    """
    label = _named(line, shown)
    colour, dashes = style.LINES[k % len(style.LINES)]
    good = style.drawable(line.y)
    y = np.where(good, line.y, np.nan)
    if len(y) < MANY:
        marker = "o" if len(y) <= 30 else None
        ax.plot(line.x, y, dashes, color=colour, label=label, marker=marker, markersize=3.5)
    else:
        ax.plot(line.x, y, color=colour, alpha=0.25, linewidth=0.7)
        ax.plot(line.x, _means(y, len(y) // 50), dashes, color=colour, label=label)
    if not good.all():
        _mark_bad(ax, line, good, colour)


def _mark_bad(ax, line, good, colour):
    """Mark where the first number that is none stands, and say how many there are."""
    first = np.argmin(good)
    x, in_front = line.x[first], first > len(line.x) / 2
    falls = not good.any() or line.y[good][-1] < line.y[good].mean()
    for_good = not good[first:].any()
    ax.axvline(x, color=colour, linestyle=":", linewidth=1)
    if for_good:  # the axis goes on to where the run ended
        ax.axvspan(x, line.x[-1], color=style.FAINT, linewidth=0)
    what = "nan" if np.isnan(line.y[first]) else "infinite"
    ax.annotate(
        f"{what} from {x:g} on" if for_good else f"{what} at {x:g}",
        (x, 0.95 if falls else 0.05),  # where the line has not been lately
        (-5 if in_front else 5, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if in_front else "left",
        fontsize=style.SMALL,
        color=colour,
    )


def _means(y, reach):
    """Return the mean of up to ``reach`` points on both sides of each, NaN left out."""
    good = np.isfinite(y)
    sums = np.cumsum([0, *np.where(good, y, 0)])
    counts = np.cumsum([0, *good])
    first = np.maximum(np.arange(len(y)) - reach, 0)
    last = np.minimum(np.arange(len(y)) + reach + 1, len(y))
    n_good = counts[last] - counts[first]
    means = (sums[last] - sums[first]) / np.maximum(n_good, 1)
    return np.where(good, means, np.nan)


def _named(line, shown):
    """Return the name of a line with its last number, and where that stands if not at the end."""
    good = np.flatnonzero(style.drawable(line.y))
    if not good.size:
        return f"{line.label}, no number"
    last = good[-1]
    number = shown(line.y[last])
    if last == len(line.y) - 1:
        return f"{line.label}, last {number}"
    return f"{line.label}, {number} at {line.x[last]:g}"


def _finish(ax, x, y):
    style.dress(ax, x, y)
    ax.xaxis.get_major_locator().set_params(integer=True)
    style.legend(ax)
    return ax
