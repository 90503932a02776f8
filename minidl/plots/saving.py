"""A picture as a file."""

import os

from minidl.extras import optional
from minidl.geometry import integer
from minidl.plots.style import SVG
from minidl.spelling import near_miss
from minidl.storage import replacing, require_path

DATES = {".pdf": "CreationDate", ".png": None, ".svg": "Date"}  # what makes two files differ


def save(ax, path, dpi=150):
    """Write the figure that ``ax`` is part of, whole or not at all.

    The same picture gives the same file, byte for byte: no date is in it.

    Parameters
    ----------
    ax : matplotlib Axes
        As every function of :mod:`minidl.plots` returns it.
    path : path-like
        Ends in ``.png``, ``.svg`` or ``.pdf``.
    dpi : int
        Pixels for each inch of a ``.png``.

    Raises
    ------
    TypeError
        If ``ax`` is no Axes, or ``path`` no name of a file.
    ValueError
        If the ending is another.
    OSError
        If nothing can be written there.
    """
    op = "plots.save"
    matplotlib = optional(op, "plot", "matplotlib", "matplotlib.axes")
    if not isinstance(ax, matplotlib.axes.Axes):
        raise TypeError(f"{op}: ax must be a matplotlib Axes, got {type(ax).__name__}")
    require_path(op, path)
    dpi = integer(op, "dpi", dpi, 1, 2400)
    ending = os.path.splitext(os.fsdecode(path))[1].lower()
    if ending not in DATES:
        known = ", ".join(DATES)
        raise ValueError(
            f"{op}: {os.fspath(path)!r} ends in {ending!r}; pictures are written as "
            f"{known}{near_miss(ending, DATES)}"
        )
    metadata = {DATES[ending]: None} if DATES[ending] else {}
    with replacing(path) as file, matplotlib.rc_context(SVG):
        ax.figure.savefig(file, format=ending[1:], dpi=dpi, metadata=metadata)
