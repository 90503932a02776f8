"""Which cases go wrong: the traits that tell the wrong ones from the right ones."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

FEW = 1 / 3  # of the right cases may have the trait of the wrong ones
ENOUGH, ENOUGH_FOR_TWO = 3, 8  # right cases; of fewer, something or other is told apart by chance


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """Something that some cases have and others have not.

    Attributes
    ----------
    words : str
        Goes after "wrong only where ": "there is more than one image".
    cause : str
        What makes a function wrong in just these cases; "" if the words say it all.
    test : callable
        Tells whether a :class:`~minidl.check.case.Case` has it.
    """

    words: str
    cause: str
    test: Callable


def explain(traits, wrong, right):
    """Find the traits that all wrong cases have and no right one has.

    Parameters
    ----------
    traits : sequence of Trait
        In case of doubt the earlier one counts.
    wrong, right : list of Case

    Returns
    -------
    traits : tuple of Trait
        Empty if nothing tells the cases apart, or too few are right.
    words : str
        Where cases are wrong: goes after "wrong only where ".

    Notes
    -----
    One trait is looked for first; then two that only together make a case wrong; then, if most
    cases are right, two of which each makes it wrong, as two mistakes in one function do; at last
    one that all wrong cases have, and few right ones, in which the mistake happens to do no harm.
    """
    if not wrong or len(right) < ENOUGH:
        return (), ""
    table = {t: ([t.test(c) for c in wrong], [t.test(c) for c in right]) for t in traits}
    for trait, (of_wrong, of_right) in table.items():
        if all(of_wrong) and not any(of_right):
            return (trait,), trait.words
    in_all_wrong = [trait for trait in traits if all(table[trait][0])]
    pairs = combinations(in_all_wrong, 2) if len(right) >= ENOUGH_FOR_TWO else ()
    for a, b in pairs:
        if not any(x and y for x, y in zip(table[a][1], table[b][1], strict=True)):
            return (a, b), f"{a.words} and {b.words}"
    if len(wrong) <= len(right):  # of more wrong cases two traits explain too many by chance
        in_no_right = [t for t in traits if any(table[t][0]) and not any(table[t][1])]
        for a, b in combinations(in_no_right, 2):
            if all(x or y for x, y in zip(table[a][0], table[b][0], strict=True)):
                return (a, b), f"{a.words} or where {b.words}"
    return _almost(table, in_all_wrong)


def _almost(table, in_all_wrong):
    """Return the trait that all wrong cases have and the fewest right ones."""
    if not in_all_wrong:
        return (), ""
    trait = min(in_all_wrong, key=lambda trait: sum(map(bool, table[trait][1])))
    of_right = table[trait][1]
    if sum(map(bool, of_right)) > FEW * len(of_right):
        return (), ""
    return (trait,), f"{trait.words}, though not in every such case"


LAYOUTS = (
    Trait(
        "an input is read-only",
        "writes into its input",
        lambda case: case.layout == "read-only",
    ),
    Trait(
        "inputs do not lie plainly in memory",
        "depends on how an array lies in memory: are there reshapes that should write through, or "
        "strides taken for granted?",
        lambda case: case.layout in ("Fortran-ordered", "with gaps in memory"),
    ),
    Trait(
        "inputs are Fortran-ordered",
        "depends on how an array lies in memory: is there a reshape, or an order of its own?",
        lambda case: case.layout == "Fortran-ordered",
    ),
    Trait(
        "inputs have gaps in memory",
        "depends on how an array lies in memory: are its strides taken for granted?",
        lambda case: case.layout == "with gaps in memory",
    ),
    Trait("the dtype is float32", "right in float64 only", lambda case: case.dtype == "float32"),
    Trait("the dtype is float64", "right in float32 only", lambda case: case.dtype == "float64"),
)
"""Traits that cases of every layer may have."""
