"""What a trace is: passes of steps, each a cell of a result and the terms that it is made of.

Every kind of trace has this one form, so that text, JSON and the page need to know no layer.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Factor:
    """One number that a term multiplies: a cell of an array, or of the padding around it.

    Attributes
    ----------
    array : str
        Key in :attr:`Trace.arrays`.
    index : tuple of int
        Place in that array; outside of it, so perhaps negative, where ``padding`` is true.
    value : float
    padding : bool
    """

    array: str
    index: tuple
    value: float
    padding: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A product of factors.

    Attributes
    ----------
    factors : tuple of Factor
    value : float
        Their product.
    counts : bool
        Whether the result is made of it: in a maximum only the winner counts.
    """

    factors: tuple
    value: float
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """How one cell of a result comes about: the terms that count, added up, over a divisor.

    Attributes
    ----------
    index : tuple of int
        Place in the pass's result.
    terms : tuple of Term
    value : float
        What the layer itself put there.
    divisor : float
        How many cells an average counts; 1 elsewhere.
    says : str
        A sentence for people, or "" where the terms say it all.
    """

    index: tuple
    terms: tuple
    value: float
    divisor: float = 1.0
    says: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """One way through a layer: a result, cell by cell.

    Attributes
    ----------
    name : str
        Short and for programs: "forward", "filter-gradient", "input-gradient".
    title : str
        For people: "Filter gradient".
    says : str
        What happens here, in a sentence or two.
    result : str
        Key in :attr:`Trace.arrays` of the array whose cells the steps make.
    combines : str
        "sum", "mean", "max", "pass" (a number or nothing): how terms become the result.
    steps : tuple of Step
        In row-major order of the result.
    """

    name: str
    title: str
    says: str
    result: str
    combines: str
    steps: tuple


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A layer told step by step.

    Attributes
    ----------
    kind : str
        "convolution", "max-pool", "avg-pool", "relu" or "sgd-step".
    title : str
    param : dict
        The layer's parameters, all of them spelled out.
    arrays : dict of str to ndarray
        What goes in and what comes out, by name.
    passes : tuple of Pass
    """

    kind: str
    title: str
    param: dict
    arrays: dict[str, np.ndarray]
    passes: tuple
    source: str = field(default="")  # where an example comes from
