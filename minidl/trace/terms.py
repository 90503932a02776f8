"""From arrays and geometry to factors, terms and steps: what the builders of all traces share."""

import math
from collections import defaultdict

import numpy as np

from minidl.geometry import real_array
from minidl.trace.steps import Factor, Step, Term

MOST_CELLS = 400  # of any array, padding and all: 20 x 20 is more than people take in
MOST_TERMS = 4096  # of all passes together


def images(op, name, value, axes=4):
    """Return ``value`` as an array with ``axes`` axes: a matrix is one image of one channel.

    Three axes are the channels of one image, or one filter; one axis is a matrix of one row.
    Nothing is done to an array of more axes, which the layer refuses.
    """
    array = real_array(op, name, value)
    if array.size > 1000 * MOST_CELLS:  # perhaps a file that no memory holds: copy nothing
        _require_few_cells(op, name, array.shape)
    return array[(None,) * (axes - array.ndim)] if array.ndim < axes else array


def require_few(op, terms, grid=None, **arrays):
    """Refuse what nobody would read: empty or large arrays, and too many products.

    Parameters
    ----------
    op : str
    terms : int
        Of all passes together.
    grid : WindowGrid, optional
        Of a layer with windows, whose padding may be large even if ``x`` is small.
    **arrays : tuple of int
        Shapes by name.
    """
    if grid and grid.padded_h * grid.padded_w > MOST_CELLS >= grid.image_h * grid.image_w:
        raise ValueError(
            f"{op}: x with its padding has {grid.padded_h} x {grid.padded_w} cells, and a story "
            f"of more than {MOST_CELLS} would not be read; pad less, or crop x"
        )
    for name, shape in arrays.items():
        if not math.prod(shape):
            raise ValueError(f"{op}: {name} has no cells, got shape {shape}; give it some")
        _require_few_cells(op, name, shape)
    if terms > MOST_TERMS:
        shapes = ", ".join(f"{name} {shape}" for name, shape in arrays.items())
        raise ValueError(
            f"{op}: the story would have {terms} terms ({shapes}), and more than {MOST_TERMS} "
            "would not be read; crop x, or take fewer or smaller filters"
        )


def _require_few_cells(op, name, shape):
    cells = math.prod(shape)
    if cells > MOST_CELLS:
        raise ValueError(
            f"{op}: {name} has {cells} cells (shape {shape}), and a story of more than "
            f"{MOST_CELLS} would not be read; crop it: {name}[..., :6, :6]"
        )


def kept(**arrays):
    """Return copies of arrays, which nobody can change; those that are None are left out."""
    copies = {name: np.array(a, order="C") for name, a in arrays.items() if a is not None}
    for array in copies.values():
        array.flags.writeable = False
    return copies


def cell(arrays, name, index):
    """Return the factor that is a cell of an array, or of the zeros around it."""
    array, index = arrays[name], tuple(int(k) for k in index)
    if all(0 <= k < size for k, size in zip(index, array.shape, strict=True)):
        return Factor(name, index, float(array[index]))
    return Factor(name, index, 0.0, padding=True)


def product(arrays, *places, counts=True):
    """Return the term that multiplies cells; a place is a name and an index."""
    factors = tuple(cell(arrays, name, index) for name, index in places)
    return Term(factors, math.prod(factor.value for factor in factors), counts)


def grouped(pairs):
    """Return a dict from each key to the list of its terms, in order."""
    groups = defaultdict(list)
    for key, term in pairs:
        groups[key].append(term)
    return groups


def steps(result, terms, says=None, divisor=None):
    """Return a step for each cell of ``result``, which a layer made.

    Parameters
    ----------
    result : ndarray
    terms : dict
        From a cell's index to its terms.
    says, divisor : callable of (index, terms), optional
        The sentence of a step, and what its sum is divided by.
    """
    made = []
    for index in np.ndindex(result.shape):
        own = tuple(terms.get(index, ()))
        sentence = says(index, own) if says else ""
        over = float(divisor(index, own)) if divisor else 1.0
        made.append(Step(index, own, float(result[index]), over, sentence))
    return tuple(made)


def unreached(_, terms):
    """Say of a cell of ``dx`` if nothing comes back to it."""
    return "" if terms else "no window lies on this cell of x"
