"""The table itself: all rows, by name."""

from minidl.spelling import near_miss
from minidl.twins import activations, convolution, dense, losses, normalization, windows

FAMILIES = (convolution, windows, dense, activations, normalization, losses)
TWINS = {twin.name: twin for family in FAMILIES for twin in family.ROWS}


def require_layer(op, name):
    """Raise a ValueError, for ``op``, if there is no pair of such a name."""
    if name not in TWINS:
        near = near_miss(str(name), TWINS)
        hint = f"{near} `minidl compare --layer list` names all" if near else ""
        raise ValueError(f"{op}: no layer {name!r}{hint or '; there are ' + ', '.join(TWINS)}")
