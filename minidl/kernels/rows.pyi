"""Types of the compiled row norms; arrays are float32 or float64, statistics float64."""

from numpy.typing import NDArray

def column_moments(x: NDArray, means: NDArray, squares: NDArray) -> None: ...
def column_products(
    dout: NDArray, x: NDArray, mean: NDArray, totals: NDArray, along: NDArray
) -> None: ...
def layer_forward(
    x: NDArray,
    gamma: NDArray,
    beta: NDArray,
    eps: float,
    means: NDArray,
    inverse_stds: NDArray,
    out: NDArray,
) -> None: ...
def layer_backward(
    dout: NDArray,
    x: NDArray,
    gamma: NDArray,
    means: NDArray,
    inverse_stds: NDArray,
    dx: NDArray,
    dgamma: NDArray,
    dbeta: NDArray,
) -> None: ...
