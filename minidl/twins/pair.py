"""What a pair of twins is: two sides, what exercises them, and how closely they agree."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

BACKENDS = ("naive", "fast")
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}  # promised of every pair, see Twin.rtol


@dataclass(frozen=True, slots=True)
class Twin:
    """One idea, twice: functions with one contract, and the inputs that exercise it.

    A layer has two functions, forward and backward.  A loss has one, which returns the loss and
    its gradient, and so has a gradient that is a function of its own.
    """

    name: str
    naive: tuple[Callable, ...]
    fast: tuple[Callable, ...]
    cases: Callable[[np.random.Generator, np.dtype], Iterator[tuple]]
    # One case large enough to time; its keywords are sizes, by letter, and may be left out.
    sample: Callable[..., tuple]
    passes: tuple[str, ...] = ("forward", "backward")  # names of the functions
    im2col: tuple[Callable, ...] = ()  # the same by im2col and BLAS, where that is a way
    # Keys of its parameter dict that the forward pass sets, by contract; no other argument changes.
    writes: tuple[str, ...] = ()
    # Of a case's arguments, after the operation to name: an object with ``out_shape`` and perhaps
    # ``multiply_adds``.  None says that the output has the shape of the first argument.
    geometry: Callable | None = None
    kinks: bool = False  # whether the slope jumps somewhere, where no numerical gradient exists
    # By dtype name, relative to the largest magnitude of a result.
    rtol: dict[str, float] = field(default_factory=lambda: dict(TOLERANCE))

    @property
    def letters(self):
        """The sizes of its sample by letter, as they are unless told otherwise.

        None stands for the letter that it goes with: images and windows are square.
        """
        parameters = inspect.signature(self.sample).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    def implementation(self, backend, asker=None):
        """Return the functions called ``backend``, which is "naive" or "fast".

        An error names ``asker``, by default the pair.
        """
        if not isinstance(backend, str) or backend not in BACKENDS:
            raise ValueError(
                f"{asker or self.name}: backend must be 'naive' or 'fast', got {backend!r}"
            )
        return self.naive if backend == "naive" else self.fast


def relative_difference(actual, expected):
    """Return ``max|actual - expected|`` over ``max|expected|``; infinity if the shapes differ.

    A NaN or an infinity must stand in the same place of both.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        return float("inf")
    finite = np.isfinite(expected)
    if not np.array_equal(actual[~finite], expected[~finite], equal_nan=True):
        return float("inf")
    if not finite.any():
        return 0.0
    scale = max(float(np.max(np.abs(expected[finite]))), float(np.finfo(np.float32).tiny))
    with np.errstate(invalid="ignore"):
        difference = float(np.max(np.abs(actual[finite] - expected[finite])))
    return difference / scale if np.isfinite(difference) else float("inf")
