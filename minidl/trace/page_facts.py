"""What the page draws of a trace, as plain dicts for JSON: arrays, roles, padding, steps."""

import math

import numpy as np

FILTERS, IMAGES = ("filter", "channel", "row", "column"), ("image", "channel", "row", "column")
OUTPUTS = ("image", "filter", "row", "column")
ABOUT = {
    "x": "input",
    "w": "filters",
    "b": "biases",
    "out": "output",
    "dout": "gradient of out",
    "dx": "gradient of x",
    "dw": "gradient of w",
    "db": "gradient of b",
    "w_rotated": "w, turned by 180°",
    "dout_spread": "dout, spread by the stride",
    "share": "share of each cell",
    "sum": "prediction",
    "-target": "target, subtracted",
    "error": "sum - target",
    "dsum": "gradient of the sum",
    "-lr": "learning rate, downhill",
    "w_after": "new filters",
    "out_after": "new output",
    "sum_after": "new prediction",
    "error_after": "new error",
    "loss_after": "new loss",
}


def page_facts(trace):
    """Return everything that the page shows of a trace, fit for JSON.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the trace has no pass, or a step names a cell that its array has not.
    """
    if not trace.passes:
        raise ValueError(
            f"page: a trace needs a pass to show, and {trace.title!r} has none; give it one"
        )
    return {
        "title": trace.title,
        "kind": trace.kind,
        "arrays": {name: _array(trace.kind, name, a) for name, a in trace.arrays.items()},
        "passes": [_pass(trace, one) for one in trace.passes],
    }


def _array(kind, name, array):
    array = np.asarray(array)
    return {
        "shape": list(array.shape),
        "values": [number(value) for value in array.ravel()],
        "axes": _axes(kind, name, array.ndim),
        "about": ABOUT.get(name, ""),
    }


def _axes(kind, name, n_axes):
    """Return what the axes are called: those of images, filters or outputs, from the end."""
    own = name.removeprefix("d")
    if own.startswith("w"):
        axes = FILTERS
    elif own.startswith("out") and "pool" not in kind and kind != "relu":
        axes = OUTPUTS
    else:
        axes = IMAGES
    if own == "b":
        return ["filter"]
    return [*["axis"] * (n_axes - 4), *axes[max(4 - n_axes, 0) :]]


def _pass(trace, one):
    return {
        "name": one.name,
        "title": one.title,
        "says": one.says,
        "result": one.result,
        "combines": one.combines,
        "roles": roles(one),
        "padding": padding(trace, one),
        "steps": [_step(trace, one, step) for step in one.steps],
    }


def _step(trace, one, step):
    return {
        "index": _index(trace, one.result, step.index),
        "terms": [
            {"factors": [_factor(trace, f) for f in term.factors], "counts": bool(term.counts)}
            for term in step.terms
        ],
        "value": _own(trace, one.result, step),
        "divisor": number(step.divisor),
        "says": step.says,
    }


def _factor(trace, factor):
    if factor.padding:
        fact = {"array": factor.array, "index": [int(k) for k in factor.index], "padding": True}
        return {**fact, "value": number(factor.value)}
    index = _index(trace, factor.array, factor.index)
    return {"array": factor.array, "index": index, "value": _own(trace, factor.array, factor)}


def _own(trace, name, cell):
    """Return the number of a step or factor in its array's dtype, where it has fewer digits."""
    held = trace.arrays[name][tuple(cell.index)]
    return number(held if np.array_equal(held, cell.value, equal_nan=True) else cell.value)


def _index(trace, name, index):
    """Return a place as a list; it must be one of its array."""
    shape = trace.arrays[name].shape
    fits = len(index) == len(shape)
    if not fits or any(not 0 <= k < size for k, size in zip(index, shape, strict=True)):
        raise ValueError(
            f"page: a step names {name}[{', '.join(map(str, index))}], and {name} has shape "
            f"{shape}; call it padding if it lies outside"
        )
    return [int(k) for k in index]


def roles(one):
    """Return what the arrays of a pass do, by name, in the order in which its terms read them.

    In a product the first array is the window's and the second the tap's, which is laid on the
    window.  An array that only stands alone where others are multiplied, as biases do, is
    neither.

    Returns
    -------
    dict of str to str
        "window", "tap" or "other".
    """
    terms = [[f.array for f in term.factors] for step in one.steps for term in step.terms]
    products = [names for names in terms if len(names) > 1]
    found = {}
    for names in terms:
        for name in names:
            found.setdefault(name, "other")
    for names in products or terms:
        for name, role in zip(names, ("window", "tap"), strict=False):
            if found[name] == "other":
                found[name] = role
    return found


def padding(trace, one):
    """Return how far terms of a pass reach out of each array, and what they find there.

    Returns
    -------
    dict of str to dict
        ``sides``: cells above, below, to the left and to the right; and ``value``.
    """
    found = {}
    for factor in (f for step in one.steps for term in step.terms for f in term.factors):
        if factor.padding:
            known = found.setdefault(factor.array, {"sides": [0] * 4, "value": None})
            known["value"] = number(factor.value)
            places = zip(factor.index[-2:], trace.arrays[factor.array].shape[-2:], strict=True)
            for side, (k, size) in enumerate(places, start=2 - min(len(factor.index), 2)):
                beyond = known["sides"]
                beyond[2 * side] = max(beyond[2 * side], -int(k))
                beyond[2 * side + 1] = max(beyond[2 * side + 1], int(k) - size + 1)
    return found


def number(value):
    """Return a number for JSON: whole ones without a point, NaN and infinities as text.

    A float32 has the fewest digits that tell it from its neighbours, as NumPy prints it.
    """
    value = float(str(value)) if isinstance(value, np.floating) else float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
