"""Types of the compiled update rules; arrays are float32 or float64, one precision a call."""

from numpy.typing import NDArray

def sgd(w: NDArray, g: NDArray, sign: float, decay: float, lr: float) -> None: ...
def sgd_momentum(
    w: NDArray,
    g: NDArray,
    velocity: NDArray,
    sign: float,
    decay: float,
    lr: float,
    momentum: float,
    share: float,
    nesterov: bool,
) -> None: ...
def adam(
    w: NDArray,
    g: NDArray,
    mean: NDArray,
    square: NDArray,
    largest: NDArray | None,
    sign: float,
    decay: float,
    shrink: float,
    beta1: float,
    beta2: float,
    rest1: float,
    rest2: float,
    rate: float,
    root: float,
    eps: float,
) -> None: ...
def rmsprop(
    w: NDArray,
    g: NDArray,
    square: NDArray,
    mean: NDArray | None,
    sign: float,
    decay: float,
    lr: float,
    alpha: float,
    rest: float,
    eps: float,
) -> None: ...
def rmsprop_momentum(
    w: NDArray,
    g: NDArray,
    square: NDArray,
    mean: NDArray | None,
    velocity: NDArray,
    sign: float,
    decay: float,
    lr: float,
    alpha: float,
    rest: float,
    eps: float,
    momentum: float,
) -> None: ...
def adagrad(
    w: NDArray, g: NDArray, total: NDArray, sign: float, decay: float, rate: float, eps: float
) -> None: ...
