"""Types of the matrix product; arrays are float32 or float64, one precision a call."""

from numpy.typing import NDArray

def product(
    a: NDArray,
    rows: NDArray,
    terms: NDArray,
    b: NDArray,
    bias: NDArray,
    lines: NDArray,
    panel: NDArray,
    sums: NDArray,
    out: NDArray,
    first: int,
    last: int,
) -> None: ...
