"""What a trace is: passes of steps, each a cell of a result and the terms that it is made of.

Every kind of trace has this one form, so that text, JSON and the page need to know no layer.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from minidl.spelling import near_miss


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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace:
    """A layer told step by step; ``print`` tells it, and a notebook shows it as a page.

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

    def only(self, *names):
        """Return this trace with the passes of these names alone, in the trace's own order.

        Raises
        ------
        ValueError
            If it has no pass of such a name.
        """
        known = [told.name for told in self.passes]
        for name in names:
            if name not in known:
                hint = near_miss(str(name), known)
                raise ValueError(
                    f"trace: no pass {name!r} in {self.kind}{hint or '; there are '}"
                    + ("" if hint else ", ".join(known))
                )
        return replace(self, passes=tuple(told for told in self.passes if told.name in names))

    def text(self, cell=None, colour=False, width=None):
        """Return the story as text; see :func:`minidl.trace.text.text`."""
        from minidl.trace.text import text

        return text(self, cell, colour, width)

    def as_dict(self):
        """Return everything as dicts, lists, text and numbers, ready for JSON."""
        from minidl.trace.document import document

        return document(self)

    def show(self):
        """Show the page in a notebook, and print the text elsewhere."""
        from minidl.trace.showing import show

        show(self)

    def __str__(self):
        return self.text()

    def __repr__(self):
        steps = sum(len(told.steps) for told in self.passes)
        return f"Trace({self.title!r}, {len(self.passes)} passes, {steps} steps)"

    def _repr_html_(self):
        from minidl.trace.showing import frame

        return frame(self)
