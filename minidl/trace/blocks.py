"""Matrices as blocks of text, one beside the other."""

from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from minidl.trace.equations import brief


@dataclass(frozen=True, slots=True)
class Block:
    """A matrix under its name, as lines of one width; colours in them have no width."""

    lines: list
    width: int

    def widened(self, width):
        """Return the same with spaces at the right."""
        return Block([line + " " * (width - self.width) for line in self.lines], width)


def matrix(label, cells, marks, paint, styles=(), width=0):
    """Return a block: a label, and a cell's text for each place, marked ones in brackets.

    Parameters
    ----------
    label : str
    cells : list of list of str
    marks : dict
        From (row, column) to "[]" or "()".
    paint : callable of (text, style)
    styles : dict, optional
        From (row, column) to the style of a cell.
    width : int
        Of a cell's text, at least.
    """
    width = max([width, *(len(text) for row in cells for text in row)])
    styles, lines = dict(styles), []
    for i, row in enumerate(cells):
        drawn = []
        for j, text in enumerate(row):
            before, after = marks.get((i, j), "  ")
            style = styles.get((i, j), {"[": "used", "(": "seen"}.get(before))
            whole = f"{before}{text:>{width}}{after}"
            drawn.append(paint(whole, style) if before != " " else f" {paint(whole[1:-1], style)} ")
        lines.append("".join(drawn))
    drawn = (width + 2) * len(cells[0])
    full = max(len(label) + 1, drawn)
    lines = [f" {label}".ljust(full), *(line + " " * (full - drawn) for line in lines)]
    return Block(lines, full)


def beside(blocks, gap="  ", signs=()):
    """Return lines with blocks next to each other; a sign stands between two of them."""
    height = max(len(block.lines) for block in blocks)
    lines = []
    for k in range(height):
        line = ""
        for number, block in enumerate(blocks):
            if number:
                sign = signs[number - 1] if number <= len(signs) else ""
                line += gap + (sign if k == 1 else " " * len(sign)) + gap * bool(sign)
            line += block.lines[k] if k < len(block.lines) else " " * block.width
        lines.append(line.rstrip())
    return lines


def aligned(rows):
    """Return lines of rows of blocks, with blocks of the same column at the same place.

    Parameters
    ----------
    rows : list of (list of Block, list of str)
        Blocks and the signs between them, as :func:`beside` takes them.
    """
    widths, lines = _widths(rows), []
    for blocks, signs in rows:
        wide = [block.widened(width) for block, width in zip(blocks, widths, strict=False)]
        lines += ([""] if lines else []) + beside(wide, signs=signs)
    return lines


def width_of(rows):
    """Return how wide the lines of :func:`aligned` are."""
    return sum(_widths(rows)) + max(sum(len(sign) + 4 for sign in signs) for _, signs in rows)


def _widths(rows):
    columns = zip_longest(*(blocks for blocks, _ in rows), fillvalue=Block([], 0))
    return [max(block.width for block in column) for column in columns]


def flowing(blocks, width):
    """Return lines with as many blocks next to each other as fit, then the next ones below."""
    rows, used = [[]], 0
    for block in blocks:
        if rows[-1] and used + block.width > width:
            rows.append([])
            used = 0
        rows[-1].append(block)
        used += 2 + block.width
    lines = []
    for row in rows:
        lines += ([""] if lines else []) + beside(row)
    return lines


def planes(name, array, paint):
    """Return an array as blocks, one for each of its matrices."""
    rows = array.reshape((1,) * (2 - array.ndim) + array.shape) if array.ndim < 2 else array
    blocks = []
    for front in np.ndindex(rows.shape[:-2]):
        cells = [[brief(value) for value in row] for row in rows[front].tolist()]
        blocks.append(matrix(plane_name(name, array.shape, front), cells, {}, paint))
    return blocks


def plane_name(name, shape, front):
    """Return what a matrix of an array is called: with its place if there are several."""
    if all(size == 1 for size in shape[:-2]):
        return name
    return f"{name}[{','.join(map(str, front))}]"
