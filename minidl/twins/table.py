"""The table itself: all rows, by name."""

from minidl.twins import activations, convolution, dense, losses, normalization, windows

FAMILIES = (convolution, windows, dense, activations, normalization, losses)
TWINS = {twin.name: twin for family in FAMILIES for twin in family.ROWS}
