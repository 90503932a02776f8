"""What is going to be compared, settled and checked before the first second is spent."""

import math
from dataclasses import dataclass

from minidl.compare.footprint import bytes_free, bytes_needed, outline
from minidl.compare.sizes import settled
from minidl.spelling import near_miss
from minidl.twins import Twin

PASSES = {"forward": ("forward", "loss"), "backward": ("backward", "gradient", "loss")}
WORK = {"backward": 2}  # multiply-adds of a pass over those of the geometry: two gradients


@dataclass(frozen=True, slots=True)
class Item:
    """One pair at one size.

    Attributes
    ----------
    twin : Twin
    sizes : dict
        Of the sample, by letter.
    multiply_adds : int or None
        Of the forward pass, where they are known.
    work : int
        Those, or else the numbers of inputs and outputs: what the time grows with.
    """

    twin: Twin
    sizes: dict
    multiply_adds: int | None
    work: int

    def multiply_adds_of(self, which):
        """Return the multiply-adds of a pass, where they are known."""
        return None if self.multiply_adds is None else self.multiply_adds * WORK.get(which, 1)


def planned(twins, dtype, sizes=None, sweep=None, im2col=False):
    """Return what is to be compared: for each pair a list of items, one for each size.

    Parameters
    ----------
    twins : list of Twin
    dtype : dtype
    sizes : dict, optional
        Sizes of the sample, by letter.
    sweep : tuple (letter, list of int), optional
    im2col : bool
        Whether its matrix has to find room, too.

    Raises
    ------
    ValueError, TypeError
        If a pair has no such size, a size does not fit, or memory does not suffice.
    """
    letter, values = sweep or (None, [None])
    given = sizes or {}
    if letter in given:
        raise ValueError(f"compare: {letter} is swept over and given as {given[letter]}, too")
    return [
        [
            item(twin, dtype, given if letter is None else given | {letter: value}, im2col)
            for value in values
        ]
        for twin in twins
    ]


def item(twin, dtype, given, im2col=False):
    """Return one pair at one size, checked as :func:`planned` says."""
    sizes = settled(twin, given)
    case = outline(twin, dtype, sizes)
    out_shape, multiply_adds = case[0].shape, None
    if twin.geometry is not None:
        g = twin.geometry(f"compare: {twin.name}", *case)
        out_shape, multiply_adds = g.out_shape, getattr(g, "multiply_adds", None)
    numbers = math.prod(out_shape) + sum(getattr(a, "size", 0) for a in case)
    needed, free = bytes_needed(case, out_shape, multiply_adds, im2col), bytes_free()
    if free is not None and needed > free:
        raise ValueError(
            f"compare: {twin.name} with {shape_text(sizes)} needs about {needed / 1e9:,.1f} GB, "
            f"and {free / 1e9:,.1f} GB of memory are free; make its sizes smaller"
        )
    return Item(twin, sizes, multiply_adds, multiply_adds or numbers)


def chosen_passes(twin, wanted=None):
    """Return the numbers of the passes of a pair: all, or those of "forward" or "backward".

    A loss is both passes at once; a gradient that is a function of its own is a backward pass.
    """
    if wanted is None:
        return list(range(len(twin.passes)))
    if wanted not in PASSES:
        raise ValueError(
            f"compare: which must be {' or '.join(map(repr, PASSES))}, got {wanted!r}"
            f"{near_miss(str(wanted), PASSES)}"
        )
    return [k for k, which in enumerate(twin.passes) if which in PASSES[wanted]]


def shape_text(sizes):
    """Return sizes as ``--shape`` takes them: ``N=8 C=3``."""
    return " ".join(f"{letter}={value}" for letter, value in sizes.items())
