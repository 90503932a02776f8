"""Cases of ReLU: signs, zeros, sizes, and numbers far away."""

import numpy as np

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait

SHAPES = ((3, 5), (1, 5), (7,), (2, 3, 4, 5), (4, 4), (1,))


def cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for ReLU."""
    mixed = [rng.standard_normal(shape) for shape in SHAPES]
    positive = [0.1 + rng.random(shape) for shape in SHAPES]
    negative = [-0.1 - rng.random(shape) for shape in SHAPES[:3]]
    with_zeros = np.where(rng.random((4, 5)) < 0.5, 0.0, rng.standard_normal((4, 5)))
    large, tiny = 1e30 * rng.standard_normal((3, 5)), 1e-30 * rng.standard_normal((3, 5))
    drawn = [*mixed, *positive, *negative, with_zeros, large, tiny]
    yield from spread([(x,) for x in drawn], dtypes, again=(0, 3, 15), laid=(0, 3))
    if "float64" in dtypes:
        away = np.sign(mixed[0]) * (0.1 + np.abs(mixed[0]))  # from the kink at 0
        yield Case((away,), "float64", numerical=True)
    if full:
        yield Case((np.zeros((0, 3), dtypes[0]),), dtypes[0])
        yield Case((np.array([np.nan, -1, 2], dtypes[0]),), dtypes[0])


TRAITS = (
    Trait(
        "numbers are negative",
        "wrong where numbers are negative: ReLU gives 0 there, and so does its gradient",
        lambda case: bool((case.arguments[0] < 0).any()),
    ),
    Trait(
        "numbers are exactly zero",
        "wrong where x is exactly zero: the gradient there is 0, x > 0 and not x >= 0",
        lambda case: bool((case.arguments[0] == 0).any()),
    ),
    Trait(
        "numbers are positive",
        "wrong where numbers are positive: ReLU lets them through, and their gradient",
        lambda case: bool((case.arguments[0] > 0).any()),
    ),
    Trait(
        "numbers are large",
        "wrong where numbers are large",
        lambda case: np.abs(case.arguments[0]).max(initial=0) > 1e20,
    ),
    Trait(
        "numbers are tiny",
        "wrong where numbers are tiny",
        lambda case: 0 < np.abs(case.arguments[0]).max(initial=0) < 1e-20,
    ),
    Trait(
        "x has not two axes",
        "right for two axes only: x may have any number of them",
        lambda case: case.arguments[0].ndim != 2,
    ),
    Trait(
        "there is more than one row",
        "right for the first row only",
        lambda case: len(case.arguments[0]) > 1,
    ),
    Trait("there is NaN", "NaN stays NaN", lambda case: bool(np.isnan(case.arguments[0]).any())),
    Trait("x is empty", "x may be empty", lambda case: case.arguments[0].size == 0),
)
