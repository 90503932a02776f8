"""How every picture looks: its colours, sizes and frame, and where it is drawn.

Blue and orange are told apart by those who see few colours, and in grey by their lightness.
"""

import numpy as np

from minidl.extras import optional

BLUE, ORANGE, INK, GREY, FAINT = "#1b6ca8", "#c8702a", "#222222", "#767676", "#e4e4e4"
LINES = (  # colour and dashes of the first line, the second, and so on
    (BLUE, "-"),
    (ORANGE, "-"),
    (INK, "--"),
    ("#5aa9c8", "-."),
    ("#e0b050", "--"),
    (GREY, ":"),
)
BELOW = ("#5e2a08", ORANGE, "#f3d9c6")  # of numbers below 0, from the largest to nearly none
ABOVE = ("#cfe1ef", BLUE, "#0a2f4d")
PAPER = "#ffffff"
SMALL, TEXT, HEAD = 7.5, 9, 10  # sizes of letters, in points
LARGEST = 1e300  # beyond it, matplotlib's own sums overflow
LITERAL = {"parse_math": False}  # of text that others chose: in it, "$1" and "$5" are names
SVG = {"svg.hashsalt": "minidl", "svg.fonttype": "none"}  # the same picture, the same file


def drawable(values):
    """Whether each number can be drawn: it is not NaN, infinite, or all but infinite."""
    return np.abs(values) < LARGEST


def new_figure(op, width, height):
    """Return a figure of so many inches that no window and no ``pyplot`` knows of."""
    optional(op, "plot", "matplotlib")
    made = optional(op, "plot", "matplotlib.figure").Figure((width, height), layout="constrained")
    made.get_layout_engine().set(w_pad=0.1, h_pad=0.1)  # inches around everything
    return made


def axes(op, ax, width=5.5, height=3.6):
    """Return ``ax``, or, if it is None, the axes of a new figure.

    Raises
    ------
    TypeError
        If it is neither None nor an Axes.
    """
    kind = optional(op, "plot", "matplotlib.axes").Axes
    if ax is None:
        return new_figure(op, width, height).add_subplot()
    if not isinstance(ax, kind):
        hint = "; pass one of them" if hasattr(ax, "__len__") else ""
        raise TypeError(f"{op}: ax must be a matplotlib Axes, got {type(ax).__name__}{hint}")
    return ax


def dress(ax, x, y):
    """Give a chart its labels, an open frame and faint lines."""
    ax.set_xlabel(x, fontsize=TEXT, color=INK)
    ax.set_ylabel(y, fontsize=TEXT, color=INK)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["bottom", "left"]].set_color(GREY)
    ax.tick_params(labelsize=SMALL, color=GREY, labelcolor=INK, which="both")
    ax.grid(color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)


def bare(ax):
    """Take frame, ticks and labels from a picture that is not a chart."""
    ax.set_axis_off()


def head(ax, title, below=""):
    """Write a title above the left edge, and under it smaller words."""
    if not title:
        return
    lines = below.count("\n") + 1 if below else 0
    pad = 6 + 1.4 * SMALL * lines
    ax.set_title(title, fontsize=HEAD, color=INK, loc="left", pad=pad, **LITERAL)
    if below:
        above = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        text = ax.annotate(
            below, (0, 1), (0, 4), fontsize=SMALL, color=GREY, linespacing=1.3, **above, **LITERAL
        )
        text.set_in_layout(False)  # long words are no reason for a small picture


def legend(ax, **place):
    """Name the lines of a chart without a box: above it, where no line can run through a name."""
    longest = max(map(len, ax.get_legend_handles_labels()[1]), default=0)
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
    columns = {"ncols": 2 if longest <= 32 else 1, "handlelength": 1.8}
    options = place or {**above, **columns}
    names = ax.legend(frameon=False, fontsize=TEXT, labelcolor=INK, **options).get_texts()
    for name in names:
        name.set(**LITERAL)


def say(ax, text):
    """Write in the middle of empty axes why they are empty."""
    middle = {"ha": "center", "va": "center", "transform": ax.transAxes}
    ax.text(0.5, 0.5, text, fontsize=HEAD, color=GREY, **middle)


def signed_colours(op, low, high):
    """Return colour map, least and largest number for values from ``low`` to ``high``.

    0 is paper: above it all is blue, below it orange.  If nothing is below 0, the scale starts
    there; else both sides are equally long.
    """
    colours = optional(op, "plot", "matplotlib.colors").LinearSegmentedColormap
    if low >= 0:
        return colours.from_list("minidl above", (PAPER, *ABOVE)), 0.0, high or 1.0
    most = max(-low, high)
    return colours.from_list("minidl signed", (*BELOW, PAPER, *ABOVE)), -most, most


def error_colours(op):
    """Return the colour map of counts of mistakes, as shares of the largest: orange on paper."""
    colours = optional(op, "plot", "matplotlib.colors").LinearSegmentedColormap
    return colours.from_list("minidl errors", (PAPER, *BELOW[:0:-1]))


def paper_colours(op):
    """Return the colour map of images on which 0 is paper and 1 is ink."""
    colours = optional(op, "plot", "matplotlib.colors").LinearSegmentedColormap
    return colours.from_list("minidl paper", (PAPER, INK))


def colour_bar(ax, image, label):
    """Draw the scale of an image's colours beside it."""
    beside = ax.inset_axes((1.02, 0, 0.025, 1))  # as high as the image is drawn
    bar = ax.figure.colorbar(image, cax=beside)
    bar.outline.set_visible(False)
    bar.set_label(label, fontsize=TEXT, color=INK)
    bar.ax.tick_params(labelsize=SMALL, color=GREY, labelcolor=INK)
