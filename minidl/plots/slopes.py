"""A gradient check as a picture: each derivative as a layer computes it, against a measured one."""

import numpy as np

from minidl.geometry import flag, not_negative, real_array, require_shape
from minidl.gradient_check import rel_error
from minidl.plots import style


def gradients(analytic, numeric, *, log=False, rtol=1e-6, atol=1e-8, ax=None):
    """Draw analytic derivatives against numerical ones; where they agree, on the diagonal.

    A derivative that disagrees is orange, and the one that does so most is named.  The picture
    tells common mistakes apart: a wrong factor turns the whole line, a wrong sign mirrors it, and
    a wrong border of an image moves single points.

    Parameters
    ----------
    analytic, numeric : array_like of one shape
        ``numeric`` is what :func:`minidl.gradient_check.eval_numerical_gradient` returns.
    log : bool
        Whether to draw magnitudes, spaced by their logarithms: it shows small derivatives, and
        hides signs.
    rtol, atol : float
        Derivatives agree if they differ by at most ``atol + rtol * (|analytic| + |numeric|)``, as
        for :func:`minidl.gradient_check.check_gradient`.
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
        If the two differ in shape, or are empty.
    """
    op = "plots.gradients"
    log, rtol = flag(op, "log", log), not_negative(op, "rtol", rtol)
    atol = not_negative(op, "atol", atol)
    analytic = real_array(op, "analytic", analytic).astype(np.float64)
    numeric = real_array(op, "numeric", numeric).astype(np.float64)
    require_shape(op, "numeric", numeric, analytic.shape, "that of analytic")
    if not analytic.size:
        raise ValueError(f"{op}: the gradients are empty, of shape {analytic.shape}")
    ax = style.axes(op, ax, 4.6, 4.4)
    drawn = style.drawable(analytic) & style.drawable(numeric)
    with np.errstate(invalid="ignore", over="ignore"):
        bound = atol + rtol * (np.abs(analytic) + np.abs(numeric))
        excess = np.where(drawn, np.abs(analytic - numeric) / np.maximum(bound, 1e-300), np.inf)
    x, y = (np.abs(a[drawn]) if log else a[drawn] for a in (numeric, analytic))
    if x.size:
        _scatter(ax, x, y, excess[drawn] > 1, log)
    else:
        style.say(ax, "no derivative is finite")
    kind = ", magnitude" if log else ""
    style.dress(ax, f"numerical derivative{kind}", f"analytic derivative{kind}")
    style.head(ax, _verdict(excess), _mark_worst(ax, analytic, numeric, excess, drawn, log))
    return ax


def _scatter(ax, x, y, wrong, log):
    both = np.concatenate([x, y])
    if log:
        least = both[both > 0].min() if (both > 0).any() else 1.0
        x, y = np.maximum(x, least / 2), np.maximum(y, least / 2)  # 0 lies at the edge
        ax.set_xscale("log")
        ax.set_yscale("log")
        low, high = least / 3, max(both.max(), least) * 2
    else:
        room = 0.06 * (both.max() - both.min() or abs(both.max()) or 1.0)
        low, high = both.min() - room, both.max() + room
    ax.plot([low, high], [low, high], color=style.GREY, linewidth=0.8, zorder=1)
    size = float(np.clip(4000 / len(x), 4, 22))
    for chosen, colour in ((~wrong, style.BLUE), (wrong, style.ORANGE)):
        if chosen.any():
            ax.scatter(x[chosen], y[chosen], size, colour, alpha=0.7, linewidths=0, zorder=2)
    ax.set_xlim(low, high)
    ax.set_ylim(low, high)
    ax.set_aspect("equal")
    if not log:
        ax.locator_params(nbins=5)


def _mark_worst(ax, analytic, numeric, excess, drawn, log):
    """Put a ring around the derivative that disagrees most, if it is there, and return its name."""
    index = np.unravel_index(excess.argmax(), excess.shape)
    a, n = float(analytic[index]), float(numeric[index])
    place = f", at [{', '.join(map(str, index))}]" if index else ""
    words = f"worst{place}: analytic {a:.6g}, numerical {n:.6g}"
    if drawn[index]:
        words += f"\nrelative error {rel_error(a, n):.1e}"
        point = (abs(n), abs(a)) if log else (n, a)
        colour = style.ORANGE if excess[index] > 1 else style.BLUE
        ax.scatter(*point, 70, facecolors="none", edgecolors=colour, linewidths=1.2, zorder=3)
    return words


def _verdict(excess):
    wrong, count = np.count_nonzero(excess > 1), excess.size
    broken = np.count_nonzero(np.isinf(excess))
    tail = f", {broken} of them nan or infinite" if broken else ""
    if wrong:
        if count == 1:
            return "the derivative differs" + (", for it is nan or infinite" if broken else "")
        return f"{wrong:,} of {count:,} derivatives {'differs' if wrong == 1 else 'differ'}{tail}"
    return f"all {count:,} derivatives agree" if count > 1 else "the derivative agrees"
