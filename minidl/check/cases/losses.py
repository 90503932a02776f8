"""Cases of the losses: sizes, right and wrong answers, and scores far away."""

import numpy as np

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait

FAR = 1000.0  # its exponential overflows
CLASS_SIZES = {
    "ordinary": (4, 5),
    "one image": (1, 5),
    "two classes": (4, 2),
    "as many classes as images": (3, 3),
    "seven images": (7, 4),
    "one image, one class": (1, 1),
    "one image, three classes": (1, 3),
    "one image, four classes": (1, 4),
    "two images, one class": (2, 1),
    "three images, one class": (3, 1),
}
PAIR_SHAPES = {
    "ordinary": (4, 3),
    "one image": (1, 3),
    "one column": (4, 1),
    "square": (3, 3),
    "one axis": (5,),
    "three axes": (2, 3, 4),
    "one image of two numbers": (1, 2),
    "one image of four numbers": (1, 4),
    "three numbers": (3,),
}


def class_cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for a loss of class scores and labels."""
    drawn = {
        name: (2 * rng.standard_normal(size), rng.integers(0, size[1], size[0]))
        for name, size in CLASS_SIZES.items()
    }
    scores, labels = drawn["ordinary"]
    drawn |= {
        "large values": (scores + FAR, labels),
        "large negative values": (scores - FAR, labels),
        "images far apart": (scores + FAR * np.arange(-2, 2)[:, None], labels),
        "ties": (np.zeros((4, 5)), labels),
        "right and sure": (5 * np.eye(5)[labels], labels),
    }
    again = ("ordinary", "one image", "large values", "large negative values")
    yield from spread(drawn, dtypes, again)
    if "float64" in dtypes:
        small = rng.standard_normal((3, 4)), rng.integers(0, 4, 3)
        yield Case(small, "float64", numerical=True, name="small")
    if full:
        none = np.zeros((0, 3), dtypes[0]), np.zeros(0, int)
        yield Case(none, dtypes[0], name="no image")


def pair_cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for a loss of two arrays of one shape."""
    drawn = {name: tuple(rng.standard_normal((2, *shape))) for name, shape in PAIR_SHAPES.items()}
    x, y = drawn["ordinary"]
    drawn |= {
        "x equals y": (x, x.copy()),
        "large values": (1e6 * x, 1e6 * y),
        "tiny values": (1e-6 * x, 1e-6 * y),
    }
    yield from spread(drawn, dtypes, again=("ordinary", "one image", "three axes"))
    if "float64" in dtypes:
        small = tuple(rng.standard_normal((2, 3, 2)))
        yield Case(small, "float64", numerical=True, name="small")
    if full:
        yield Case((np.zeros((0, 3), dtypes[0]),) * 2, dtypes[0], name="no image")


def _largest(case):
    return np.abs(case.arguments[0]).max(initial=0)


SHARED = (
    Trait(
        "there is more than one image",
        "right for one image only: a loss is the mean over the images, each with its own target",
        lambda case: case.arguments[0].shape[0] > 1,
    ),
    Trait("there is no image", "a batch may be empty", lambda case: case.arguments[0].size == 0),
)
CLASS_TRAITS = (
    Trait(
        "scores of one image are far from those of another",
        "wrong where one image's scores are far from another's: subtract each image's own largest "
        "score, x.max(axis=1, keepdims=True)",
        lambda case: len(case.arguments[0]) and np.ptp(case.arguments[0].max(axis=1)) > FAR / 2,
    ),
    Trait(
        "scores are large",
        "wrong for large scores, whose exponentials overflow or are all 0: subtract each image's "
        "largest score first",
        lambda case: _largest(case) > FAR / 2,
    ),
    Trait(
        "scores are large and positive",
        "wrong for large scores, whose exponentials overflow: subtract each image's largest first",
        lambda case: case.arguments[0].max(initial=0) > FAR / 2,
    ),
    Trait(
        "scores are large and negative",
        "wrong for large negative scores, whose exponentials are all 0: subtract each image's "
        "largest first",
        lambda case: case.arguments[0].min(initial=0) < -FAR / 2,
    ),
    Trait(
        "scores are equal",
        "wrong where scores are equal",
        lambda case: case.arguments[0].size > 1 and np.ptp(case.arguments[0]) == 0,
    ),
    Trait(
        "there is more than one class",
        "",  # of one class the loss is always 0
        lambda case: case.arguments[0].shape[1] > 1,
    ),
    *SHARED,
)
PAIR_TRAITS = (
    Trait(
        "x has not two axes",
        "right for two axes only: x and y may have any number of them",
        lambda case: case.arguments[0].ndim != 2,
    ),
    Trait(
        "x equals y",
        "wrong where x equals y",
        lambda case: np.array_equal(case.arguments[0], case.arguments[1]),
    ),
    Trait("numbers are large", "wrong for large numbers", lambda case: _largest(case) > 1e5),
    Trait("numbers are tiny", "wrong for tiny numbers", lambda case: 0 < _largest(case) < 1e-4),
    *SHARED,
)
