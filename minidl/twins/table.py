"""The table itself: all rows, by name."""

from minidl.twins import convolution, dense, losses, windows

TWINS = {
    twin.name: twin
    for rows in (convolution.ROWS, windows.ROWS, dense.ROWS, losses.ROWS)
    for twin in rows
}
