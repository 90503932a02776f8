"""Types of convolution by columns; arrays are float32 or float64, one precision a call."""

from numpy.typing import NDArray

def lanes(like: NDArray) -> int: ...
def tile_sizes() -> tuple[int, int]: ...
def pack_filters(w: NDArray, packed: NDArray) -> None: ...
def pack_taps(w: NDArray, packed: NDArray) -> bool: ...
def turn(numbers: NDArray, turned: NDArray) -> None: ...
def forward(
    x: NDArray,
    channel: int,
    n_channels: int,
    packed: NDArray,
    bias: NDArray,
    sizes: NDArray,
    ramp: NDArray,
    terms: NDArray,
    offsets: NDArray,
    planes: NDArray,
    lines: NDArray,
    out: NDArray,
    filter: int,
) -> None: ...
def input_gradient(
    dout: NDArray,
    filter: int,
    packed: NDArray,
    sizes: NDArray,
    pitch: int,
    aligned: bool,
    ramp: NDArray,
    terms: NDArray,
    offsets: NDArray,
    filter_offsets: NDArray,
    planes: NDArray,
    flat: NDArray,
    lines: NDArray,
    dx: NDArray,
    channel: int,
    n_channels: int,
    fresh: bool,
) -> None: ...
