"""Types of the compiled moments; arrays are float32 or float64, numbers of planes float64."""

from numpy.typing import NDArray

def moments(x: NDArray, means: NDArray, squares: NDArray) -> None: ...
def channel_sums(dout: NDArray, sums: NDArray) -> None: ...
def products(dout: NDArray, x: NDArray, mean: NDArray, totals: NDArray, along: NDArray) -> None: ...
def normalise(x: NDArray, mean: NDArray, scale: NDArray, shift: NDArray, out: NDArray) -> None: ...
def combine(
    dout: NDArray,
    x: NDArray,
    mean: NDArray,
    scale: NDArray,
    slope: NDArray,
    shift: NDArray,
    dx: NDArray,
) -> None: ...
