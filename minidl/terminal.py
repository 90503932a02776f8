"""Text for a terminal: tables, a progress bar, and pictures of digits."""

import os
import sys
import textwrap
import time

import numpy as np

SHADES = " .:-=+*#%@"
WIDTH = 100  # of text that is broken into lines


def colourful(stream):
    """Return whether to write colours to a stream: to a terminal, unless ``NO_COLOR`` is set [1]_.

    References
    ----------
    .. [1] https://no-color.org
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    if os.name == "nt":
        os.system("")  # switches a Windows console to understanding colours
    return True


def columns(stream):
    """Return how many characters fit a line of the terminal that a stream writes to, if it does.

    ``COLUMNS`` says so, or else the terminal itself; never less than 40.
    """
    if not stream.isatty():
        return None
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(int(asked), 40)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 40)
    except (OSError, ValueError):  # a terminal that does not know, or a stand-in for one
        return 80


def table(header, rows, left=1):
    """Return rows of text as aligned columns under a header.

    Parameters
    ----------
    header : sequence of str
    rows : sequence of sequences of str
    left : int
        How many columns to align to the left; the others, numbers, go to the right.
    """
    lines = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k < left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def labelled(label, text, indent=10, width=8):
    """Return text as lines that are not too long, the first of which has a label.

    Parameters
    ----------
    label, text : str
    indent, width : int
        Columns before the label, and those that it takes.
    """
    first = " " * indent + f"{label:{width}}"
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_on_hyphens=False,
    )


def progress(iterable, total, label, stream=None):
    """Yield from ``iterable`` with a bar and the time left on a terminal; elsewhere no trace.

    Parameters
    ----------
    iterable : iterable
    total : int
        How many items it has.
    label : str
        Text before the bar.
    stream : file, optional
        By default standard error, so that what a script prints stays clean.
    """
    stream = sys.stderr if stream is None else stream
    if not stream.isatty():
        yield from iterable
        return
    drawn, start = 0.0, time.perf_counter()
    try:
        for k, item in enumerate(iterable, start=1):
            yield item
            if time.perf_counter() - drawn > 0.1:
                drawn = time.perf_counter()
                left = (drawn - start) / k * (total - k)
                tail = f" {k}/{total}, {left:.0f} s left"
                stream.write(f"\r{_bar(label, tail, k / max(total, 1), columns(stream))}\033[K")
                stream.flush()
    finally:  # also when the loop around it ends early
        stream.write("\r\033[K")
        stream.flush()


def _bar(label, tail, share, room):
    """Return a bar between two texts, shorter where the line is: a broken one would stay."""
    width = min(30, room - len(label) - len(tail) - 4)
    filled = int(width * share)
    bar = f" [{'#' * filled}{'-' * (width - filled)}]" if width > 3 else ""
    return (label + bar + tail)[: room - 1]


def draw(image):
    """Return a grey image (H, W) in [0, 1] as lines of text, one character a pixel.

    Two rows of pixels share a line, because a character is about twice as high as wide.
    """
    image = np.asarray(image)
    pairs = image[: len(image) // 2 * 2].reshape(-1, 2, image.shape[1]).mean(axis=1)
    levels = np.clip(pairs * len(SHADES), 0, len(SHADES) - 1).astype(int)
    return ["".join(SHADES[level] for level in row) for row in levels]


def side_by_side(blocks, gap="   "):
    """Return blocks of lines, equally high, next to each other."""
    return "\n".join(gap.join(lines).rstrip() for lines in zip(*blocks, strict=True))
