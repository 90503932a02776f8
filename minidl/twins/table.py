"""The table itself: all rows, by name."""

from minidl.twins import convolution, dense, losses, normalization, windows

TWINS = {
    twin.name: twin
    for rows in (convolution.ROWS, windows.ROWS, dense.ROWS, normalization.ROWS, losses.ROWS)
    for twin in rows
}
