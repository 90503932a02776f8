"""Types of convolution by panels; arrays are float32 or float64, one precision a call."""

from numpy.typing import NDArray

def pack(w: NDArray, panels: NDArray) -> None: ...
def pack_reversed(w: NDArray, panels: NDArray) -> bool: ...
def forward(
    x: NDArray,
    channel: int,
    n_channels: int,
    panels: NDArray,
    bias: NDArray,
    sizes: NDArray,
    row_step: int,
    fold: int,
    taps: NDArray,
    cells: NDArray,
    lines: NDArray,
    canvas: NDArray,
    sums: NDArray,
    out: NDArray,
    filter: int,
) -> None: ...
def filter_gradient(
    dout: NDArray,
    filter: int,
    x: NDArray,
    channel: int,
    n_channels: int,
    sizes: NDArray,
    row_step: int,
    fold: int,
    taps: NDArray,
    cells: NDArray,
    lines: NDArray,
    canvas: NDArray,
    panels: NDArray,
    sums: NDArray,
    dw: NDArray,
) -> None: ...
