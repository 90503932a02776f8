"""Types of the compiled convolution; arrays are float32 or float64, one precision a call."""

from numpy.typing import NDArray

def lanes(like: NDArray) -> int: ...
def tile_sizes() -> tuple[int, int, int, int]: ...
def pack(weights: NDArray, packed: NDArray) -> None: ...
def forward(
    x: NDArray,
    channel: int,
    n_channels: int,
    filters: NDArray,
    bias: NDArray,
    sizes: NDArray,
    offsets: NDArray,
    planes: NDArray,
    lines: NDArray,
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
    offsets: NDArray,
    planes: NDArray,
    spread: NDArray,
    sums: NDArray,
    dw: NDArray,
) -> None: ...
def input_gradient(
    dout: NDArray,
    filter: int,
    taps: NDArray,
    sizes: NDArray,
    offsets: NDArray,
    filter_offsets: NDArray,
    planes: NDArray,
    flat: NDArray,
    lines: NDArray,
    dx: NDArray,
    channel: int,
    n_channels: int,
) -> None: ...
