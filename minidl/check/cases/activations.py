"""Cases of ReLU: signs, zeros, sizes, and numbers far away."""

import numpy as np

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait

SHAPES = {
    "ordinary": (3, 5),
    "one image": (1, 5),
    "one axis": (7,),
    "four axes": (2, 3, 4, 5),
    "square": (4, 4),
    "one number": (1,),
}


def cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for ReLU."""
    drawn = {name: rng.standard_normal(shape) for name, shape in SHAPES.items()}
    drawn |= {f"{name}, all positive": 0.1 + rng.random(shape) for name, shape in SHAPES.items()}
    for name in ("ordinary", "one image", "one axis"):
        drawn[f"{name}, all negative"] = -0.1 - rng.random(SHAPES[name])
    drawn["ties at zero"] = np.where(rng.random((4, 5)) < 0.5, 0.0, rng.standard_normal((4, 5)))
    drawn["large values"] = 1e30 * rng.standard_normal((3, 5))
    drawn["tiny values"] = 1e-30 * rng.standard_normal((3, 5))
    again, laid = ("ordinary", "four axes", "ties at zero"), ("ordinary", "four axes")
    yield from spread({name: (x,) for name, x in drawn.items()}, dtypes, again, laid)
    if "float64" in dtypes:
        x = drawn["ordinary"]
        away = np.sign(x) * (0.1 + np.abs(x))  # from the kink at 0
        yield Case((away,), "float64", numerical=True, name="away from zero")
    if full:
        yield Case((np.zeros((0, 3), dtypes[0]),), dtypes[0], name="no image")
        yield Case((np.array([np.nan, -1, 2], dtypes[0]),), dtypes[0], name="NaN")


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
