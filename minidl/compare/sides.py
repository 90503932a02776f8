"""The sides of a pair that are compared: naive, im2col, fast, PyTorch's, and a student's own."""

from collections.abc import Callable
from dataclasses import dataclass

from minidl.compare import pytorch
from minidl.twins import TWINS, require_layer


@dataclass(frozen=True, slots=True)
class Side:
    """One way to compute a layer.

    Attributes
    ----------
    name : str
    functions : tuple of callables
        As ``Twin.naive`` has them; the backward pass may be None.
    tolerance : dict
        By dtype name, relative to the largest magnitude of a result.
    every_case : bool
        Whether it is held to all cases of the pair, or to the sample alone.
    writes : bool
        Whether what it writes into its arguments is a result, too.
    hidden : tuple of int
        Passes that it has from another side, and that are not shown.
    traced : bool
        Whether ``tracemalloc`` sees its memory.
    """

    name: str
    functions: tuple[Callable, ...]
    tolerance: dict
    every_case: bool = True
    writes: bool = True
    hidden: tuple = ()
    traced: bool = True

    def can(self, k):
        """Return whether it has pass ``k``."""
        return self.functions[k] is not None and k not in self.hidden


def sides_of(twin, three_ways=False, torch=False, own=None):
    """Return the sides of a pair that are asked for, by name, naive first."""
    found = [Side("naive", twin.naive, twin.rtol)]
    if three_ways:
        found.append(Side("im2col", twin.im2col, twin.rtol))
    found.append(Side("fast", twin.fast, twin.rtol))
    if torch:
        theirs = pytorch.functions(twin.name)
        found.append(Side("torch", theirs, pytorch.TOLERANCE, every_case=False, traced=False))
    if own is not None:
        found.append(own)
    return {side.name: side for side in found}


def chosen(layers=None, three_ways=False, torch=False):
    """Return pairs by their names; by default all that have every side that is asked for.

    Raises
    ------
    ValueError
        If a layer is not in the table, or has not all these sides.
    """
    able = [
        name
        for name, twin in TWINS.items()
        if (twin.im2col or not three_ways) and (name in pytorch.LAYERS or not torch)
    ]
    names = [layers] if isinstance(layers, str) else list(able if layers is None else layers)
    for name in names:
        require_layer("compare", name)
        if name not in able:
            ways = ["third way"] * three_ways + ["side of PyTorch's"] * torch
            raise ValueError(
                f"compare: layer {name!r} has no {' or '.join(ways)}; "
                f"there is one for {', '.join(able)}"
            )
    return [TWINS[name] for name in dict.fromkeys(names)]
