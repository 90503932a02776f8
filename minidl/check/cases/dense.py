"""Cases of a fully connected layer: an ordinary one, then one thing changed at a time."""

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait

CHANGES = {  # shape of the input, number of outputs
    "ordinary": ((3, 4), 5),
    "one image": ((1, 4), 5),
    "one input": ((3, 1), 5),
    "one output": ((3, 4), 1),
    "everything square": ((4, 4), 4),
    "seven images": ((7, 4), 5),
    "one number": ((1, 1), 1),
    "one image, fewer outputs than inputs": ((1, 6), 2),
    "one image, more outputs than inputs": ((1, 2), 3),
    "two images, one output": ((2, 5), 1),
    "four images, one input": ((4, 1), 3),
    "two of everything": ((2, 2), 2),
    "x of three axes": ((3, 2, 3), 5),
    "x of four axes": ((2, 3, 2, 2), 4),
}


def cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for a fully connected layer."""
    drawn = {name: _case(rng, *sizes) for name, sizes in CHANGES.items()}
    again, laid = ("ordinary", "one image", "x of four axes"), ("ordinary", "x of four axes")
    yield from spread(drawn, dtypes, again, laid)
    if "float64" in dtypes:
        yield Case(_case(rng, (3, 2, 2), 3), "float64", numerical=True, name="small")
    if full:
        x, w, _ = _case(rng, (3, 4), 5)
        yield Case((x, w, None), "float64", name="no bias")
        yield Case(_case(rng, (0, 4), 3), "float64", name="no image")


def _case(rng, shape, n_outputs):
    x = rng.standard_normal(shape)
    n_inputs = x[0].size if len(x) else shape[1]
    return x, rng.standard_normal((n_inputs, n_outputs)), rng.standard_normal(n_outputs)


TRAITS = (
    Trait(
        "x has more than two axes",
        "right for two axes only: every image becomes one row first, x.reshape(len(x), -1), and dx "
        "has the shape of x again",
        lambda case: case.arguments[0].ndim > 2,
    ),
    Trait(
        "there is more than one image",
        "right for one image only: gradients of w and b add up over the images",
        lambda case: len(case.arguments[0]) > 1,
    ),
    Trait(
        "w is not square",
        "right for square w only: is it transposed somewhere?",
        lambda case: case.arguments[1].shape[0] != case.arguments[1].shape[1],
    ),
    Trait(
        "there is more than one output",
        "right for one output only",
        lambda case: case.arguments[1].shape[1] > 1,
    ),
    Trait(
        "there is more than one input",
        "right for one input only",
        lambda case: case.arguments[1].shape[0] > 1,
    ),
    Trait("b is None", "b may be None, for no bias", lambda case: case.arguments[2] is None),
    Trait("there is no image", "a batch may be empty", lambda case: len(case.arguments[0]) == 0),
)
