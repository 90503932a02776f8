"""A trace as text: every pass with what it is about, its steps with pictures, its result."""

import textwrap
from dataclasses import dataclass

import numpy as np

from minidl.trace.blocks import flowing, planes
from minidl.trace.equations import brief, equation, short
from minidl.trace.pictures import Pictures, by_plane

WIDTH = 96
MOST_PICTURES = 9  # of a pass: those of a 3 x 3 result; of more, the first few are drawn
FIRST_PICTURES = 3
# Parameters that are not worth a word.
USUAL = {"dilation": (1, 1), "groups": 1, "ceil_mode": False, "count_include_pad": True}
STYLES = {  # ANSI
    "title": "1",
    "used": "1;36",
    "seen": "33",
    "result": "1;32",
    "aside": "2",
}


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is written on: how wide it is, and whether in colours."""

    width: int
    colour: bool

    def paint(self, words, style):
        return f"\033[{STYLES[style]}m{words}\033[0m" if self.colour and style else words

    def wrapped(self, words, indent="   "):
        return textwrap.wrap(words, self.width, initial_indent=indent, subsequent_indent=indent)


def text(trace, cell=None, colour=False, width=None):
    """Tell a trace in words, pictures and equations.

    Parameters
    ----------
    trace : Trace
    cell : tuple of int, optional
        Only the steps of this cell: its whole index, or row and column alone.
    colour : bool
        Whether to write ANSI colours.
    width : int, optional
        How long a line may be, by default 96; a single matrix is never broken.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If no pass has such a cell.
    """
    paper = _Paper(width or WIDTH, colour)
    cell = None if cell is None else tuple(np.ravel(cell).tolist())
    lines = [paper.paint(trace.title, "title"), *_about(trace, paper)]
    pictured = {told.name: _worth_pictures(told) for told in trace.passes}
    if any(pictured.values()):
        lines += ["", *_legend([told for told in trace.passes if pictured[told.name]])]
    shown, found = set(), False
    for told in trace.passes:
        chosen = [step for step in told.steps if cell is None or _is(trace, told, step, cell)]
        if not chosen:
            continue
        found = True
        number = f"{trace.passes.index(told) + 1}. " if len(trace.passes) > 1 else ""
        title = paper.paint(f"{number}{told.title}", "title")
        lines += ["", "", title, *paper.wrapped(told.says)]
        lines += _new_arrays(trace, told, shown, paper)
        lines += [""]
        lines += _steps(trace, told, chosen, pictured[told.name], cell is not None, paper)
        if cell is None:
            lines += _outcome(trace, told, shown, paper)
    if not found:
        raise ValueError(f"trace: {_no_such_cell(trace, cell)}")
    return "\n".join(line.rstrip() for line in lines)


def _about(trace, paper):
    """Return lines with the parameters, and where an example is from."""
    lines = []
    if trace.param:
        told = {k: v for k, v in trace.param.items() if USUAL.get(k) != v}
        lines += paper.wrapped(", ".join(_setting(*item) for item in told.items()), indent="")
    if trace.source:
        lines.append(f"see {trace.source}")
    return lines


def _setting(name, value):
    """Return a parameter as people say it."""
    if name == "pad":
        (top, bottom), (left, right) = value
        if top == bottom == left == right:
            return f"pad {top}"
        return f"pad {top} above, {bottom} below, {left} left, {right} right"
    if isinstance(value, bool):
        return f"{name} {'yes' if value else 'no'}"
    if isinstance(value, tuple):
        return f"{name} {value[0] if len(set(value)) == 1 else ' x '.join(map(str, value))}"
    return f"{name} {brief(value)}"


def _legend(passes):
    """Return what the marks in the pictures mean, of those that occur."""
    terms = [term for told in passes for step in told.steps for term in step.terms]
    marks = ["[5]  counts in this step; in a matrix without marks, everything does"]
    if not all(term.counts for term in terms):
        marks.append("(5)  is looked at, and does not count")
    if any(factor.padding for term in terms for factor in term.factors):
        marks.append(" .   is padding, which counts as 0")
    return ["In the pictures", *("   " + mark for mark in [*marks, " ?   is still to come"])]


def _worth_pictures(told):
    """Return whether a step takes several cells of one matrix."""
    return any(len(terms) > 1 for step in told.steps for terms in by_plane(step).values())


def _new_arrays(trace, told, shown, paper):
    """Return lines with the arrays that this pass takes and no pass before it has shown."""
    blocks, numbers = [], []
    names = [f.array for step in told.steps for term in step.terms for f in term.factors]
    for name in dict.fromkeys(names):
        if name in shown:
            continue
        shown.add(name)
        if trace.arrays[name].ndim:
            blocks += planes(name, trace.arrays[name], paper.paint)
        elif name.lstrip("-") in trace.arrays and name.lstrip("-") != name:
            plain = name.lstrip("-")
            numbers.append(f"{plain} = {brief(float(trace.arrays[plain]))}")
    lines = [""] if blocks or numbers else []
    lines += ["   " + line for line in flowing(blocks, paper.width - 3)] if blocks else []
    return lines + ["    " + number for number in numbers]


def _steps(trace, told, steps, pictured, one, paper):
    """Return the lines of steps: equations, and pictures of as many as people look at."""
    few = one or len(steps) <= MOST_PICTURES
    drawn = (len(steps) if few else FIRST_PICTURES) if pictured else 0
    symbols = not pictured and all(len(step.terms) <= 2 for step in told.steps)
    pictures = Pictures(trace, told, paper.paint, paper.width - 6) if drawn else None
    lines = []
    for k, step in enumerate(steps):
        if k == drawn > 0:
            example = ",".join(map(str, short(trace.arrays[told.result].shape, step.index)))
            rest = f"The other {len(steps) - drawn} cells, without pictures"
            lines += [paper.paint(f"   {rest} (--cell {example} draws one):", "aside"), ""]
        lines += _equation(trace, told, step, symbols, paper)
        if k < drawn:
            lines.append("")
            lines += ["      " + line for line in pictures.lines(step)] + [""]
    return lines[:-1] if lines and not lines[-1] else lines


def _equation(trace, told, step, symbols, paper):
    """Return a step's equation, broken where it is too long, and its sentence."""
    told_so = equation(trace, told, step, symbols)
    name, _, rest = told_so.partition(" = ")
    indent = "   " + " " * (len(name) + 3)
    lines = textwrap.wrap(
        rest, paper.width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )
    lines[0] = (
        "   " + paper.paint(name, "title") + lines[0][3 + len(name) :].replace("   ", " = ", 1)
    )
    if step.says:
        said = f"({step.says})"
        if len(lines) == 1 and len(told_so) + len(said) + 8 <= paper.width:
            lines[0] += "   " + paper.paint(said, "aside")
        else:
            lines += [paper.paint(line, "aside") for line in paper.wrapped(said, indent)]
    return lines


def _outcome(trace, told, shown, paper):
    """Return lines with the whole result, if it is more than one number."""
    shown.add(told.result)
    array = trace.arrays[told.result]
    if array.size == 1:
        return []
    lines = flowing(planes(told.result, array, paper.paint), paper.width - 3)
    return ["", *("   " + line for line in lines)]


def _is(trace, told, step, cell):
    """Return whether a step is that of a cell, named by its whole index or in short."""
    return cell in (step.index, short(trace.arrays[told.result].shape, step.index))


def _no_such_cell(trace, cell):
    shapes = {
        told.result: short(trace.arrays[told.result].shape, trace.arrays[told.result].shape)
        for told in trace.passes
    }
    known = ", ".join(f"{name} {' x '.join(map(str, s)) or '1'}" for name, s in shapes.items())
    return f"no result has a cell {','.join(map(str, cell))}; there are {known}"
