"""A step as an equation, its numbers written as people write them."""

import math


def brief(number):
    """Return a number in at most six digits, and an integer with all of them.

    >>> brief(4.0), brief(0.03999999999999998), brief(-0.0)
    ('4', '0.04', '0')
    """
    if math.isfinite(number) and number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.6g}"


def short(shape, index):
    """Return an index without the axes in front that hold one image, channel or filter only.

    >>> short((1, 1, 2, 2), (0, 0, 1, 0)), short((2, 1, 2, 2), (1, 0, 1, 0))
    ((1, 0), (1, 0, 1, 0))
    """
    return index[-2:] if all(size == 1 for size in shape[:-2]) else index


def place(trace, name, index):
    """Return the name of a cell: "dw[0,1]"; a single number has the array's name alone."""
    index = short(trace.arrays[name].shape, index)
    return f"{name}[{','.join(map(str, index))}]" if index else name


def equation(trace, told, step, symbols=False):
    """Return a step as an equation: "out[0,0] = 1*3 + 2*2 + 4*1 + 5*5 = 36".

    Parameters
    ----------
    trace : Trace
    told : Pass
        That the step is of.
    step : Step
    symbols : bool
        Whether to write the names of the cells before their numbers.
    """
    terms = [term for term in step.terms if term.counts or told.combines == "max"]
    sides = [place(trace, told.result, step.index)]
    if symbols and terms:
        sides.append(
            _sum(told, step, terms, lambda factor: place(trace, factor.array, factor.index))
        )
    if terms:
        sides.append(_sum(told, step, terms, lambda factor: brief(factor.value)))
    value = brief(step.value)
    if sides[-1] != value:
        sides.append(value)
    return " = ".join(sides)


def _sum(told, step, terms, written):
    """Return what stands on the right of an equation."""
    if told.combines == "max":
        return f"max({', '.join('*'.join(map(written, term.factors)) for term in terms)})"
    text = ""
    for term in terms:
        first, *others = map(written, term.factors)
        minus = first.startswith("-")
        if text:
            text += " - " if minus else " + "
            first = first.removeprefix("-")
        others = [f"({other})" if other.startswith("-") else other for other in others]
        text += "*".join([first, *others])
    if step.divisor != 1:
        text = f"({text})" if len(terms) > 1 else text
        text += f" / {brief(step.divisor)}"
    return text
